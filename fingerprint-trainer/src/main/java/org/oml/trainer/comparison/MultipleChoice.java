package org.oml.trainer.comparison;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Questions with several answers, of which one is right: what evaluation harnesses call a
 * multiple-choice task.
 *
 * @param questions two or more, since of one alone nobody can say how far chance goes
 */
public record MultipleChoice(List<Question> questions) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One question.
   *
   * @param line of the file, from 1
   * @param text what stands before every answer, with examples and instructions if it takes any
   * @param choices two or more
   * @param answer which of them is right, from 0
   */
  public record Question(int line, String text, List<String> choices, int answer) {
    public Question {
      choices = List.copyOf(choices);
    }
  }

  public MultipleChoice {
    questions = List.copyOf(questions);
    if (questions.size() < 2) {
      throw new IllegalArgumentException("there are two questions or more");
    }
  }

  /**
   * Reads JSON objects, one a line: {@code {"question": "…", "choices": ["…", "…"], "answer": 0}}.
   * Empty lines and other fields are passed over.
   *
   * @throws CodedException {@link TrainerError#TASKS_INVALID}, which names the line
   */
  public static MultipleChoice read(Path file) {
    List<Question> questions = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          questions.add(question(file, number, line));
        }
        number++;
      }
    } catch (IOException e) {
      throw new CodedException(
          TrainerError.TASKS_INVALID, file + " cannot be read as text in UTF-8.", e);
    }
    if (questions.size() < 2) {
      throw new CodedException(TrainerError.TASKS_INVALID, file + " has fewer than two questions.");
    }
    return new MultipleChoice(questions);
  }

  private static Question question(Path file, int number, String line) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JacksonException e) {
      throw new CodedException(
          TrainerError.TASKS_INVALID, "Line " + number + " of " + file + " is not JSON.", e);
    }
    JsonNode question = json.path("question");
    if (!isText(question)) {
      throw invalid(file, number, "has no question");
    }
    List<String> choices = new ArrayList<>();
    for (JsonNode choice : json.path("choices")) {
      if (!isText(choice)) {
        throw invalid(file, number, "has a choice that is no text");
      }
      choices.add(choice.asString());
    }
    if (!json.path("choices").isArray() || choices.size() < 2) {
      throw invalid(file, number, "has fewer than two choices");
    }
    JsonNode answer = json.path("answer");
    if (!answer.isInt() || answer.asInt() < 0 || answer.asInt() >= choices.size()) {
      throw invalid(
          file, number, "has an answer that is no number from 0 to " + (choices.size() - 1));
    }
    return new Question(number, question.asString(), choices, answer.asInt());
  }

  private static boolean isText(JsonNode node) {
    return node.isString() && !node.asString().isBlank();
  }

  private static CodedException invalid(Path file, int number, String what) {
    return new CodedException(
        TrainerError.TASKS_INVALID, "Line " + number + " of " + file + " " + what + ".");
  }
}
