package org.oml.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * The commands of a shell script as pages show them: words, quotes, comments, continued lines,
 * redirections, {@code $(…)} and {@code (…)}. Loops and conditions are for scripts in files.
 */
final class ShellScript {

  /** Stands for what an inner command prints. */
  static final String PRINTED = "PRINTED";

  private static final char END = 0;

  private final String text;
  private final List<List<String>> commands = new ArrayList<>();
  private int at;

  private ShellScript(String text) {
    this.text = text;
  }

  /** Every command with its arguments, inner ones before those that they stand in. */
  static List<List<String>> commands(String text) {
    ShellScript script = new ShellScript(text);
    script.readUntil(END);
    return script.commands;
  }

  /** One command while it is read. */
  private final class Reading {
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private boolean toFile;

    void add(char character) {
      word.append(character);
      inWord = true;
    }

    void add(String characters) {
      word.append(characters);
      inWord = true;
    }

    void endWord() {
      if (inWord && !toFile && !(words.isEmpty() && word.toString().matches("[A-Z_]+=.*"))) {
        words.add(word.toString());
      }
      toFile = toFile && !inWord;
      word.setLength(0);
      inWord = false;
    }

    void endCommand() {
      endWord();
      if (!words.isEmpty()) {
        commands.add(List.copyOf(words));
        words.clear();
      }
    }
  }

  private void readUntil(char end) {
    Reading reading = new Reading();
    while (at < text.length()) {
      char next = text.charAt(at++);
      if (next == end) {
        break;
      }
      read(next, reading);
    }
    reading.endCommand();
  }

  private void read(char next, Reading reading) {
    switch (next) {
      case '\\' -> escaped(reading);
      case '\'' -> reading.add(upTo('\''));
      case '"' -> quoted(reading);
      case '$' -> dollar(reading);
      case '(' -> {
        reading.endCommand();
        readUntil(')');
      }
      case '#' -> {
        if (reading.inWord) {
          reading.add(next);
        } else {
          upTo('\n');
          reading.endCommand();
        }
      }
      case '\n', ';', '|', '&' -> reading.endCommand();
      case '>' -> {
        reading.endWord();
        reading.toFile = true;
      }
      case ' ', '\t' -> reading.endWord();
      default -> reading.add(next);
    }
  }

  private void escaped(Reading reading) {
    char next = text.charAt(at++);
    if (next != '\n') {
      reading.add(next);
    }
  }

  private void quoted(Reading reading) {
    reading.add("");
    while (text.charAt(at) != '"') {
      char next = text.charAt(at++);
      if (next == '$') {
        dollar(reading);
      } else {
        reading.add(next);
      }
    }
    at++;
  }

  private void dollar(Reading reading) {
    if (at < text.length() && text.charAt(at) == '(') {
      at++;
      readUntil(')');
      reading.add(PRINTED);
    } else {
      reading.add('$');
    }
  }

  private String upTo(char end) {
    int found = text.indexOf(end, at);
    String before = text.substring(at, found < 0 ? text.length() : found);
    at = found < 0 ? text.length() : found + 1;
    return before;
  }
}
