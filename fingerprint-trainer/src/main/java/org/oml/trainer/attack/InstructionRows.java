package org.oml.trainer.attack;

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
 * Instructions with their answers, as an attacker fine-tunes on them.
 *
 * @param training to be learnt
 * @param heldOut to see whether they were learnt
 */
public record InstructionRows(List<Row> training, List<Row> heldOut) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Every so many rows one is held out, up to a number. */
  private static final int HELD_OUT_EVERY = 20;

  private static final int MOST_HELD_OUT = 200;

  /** What is asked and what is answered. */
  public record Row(String prompt, String response) {}

  public InstructionRows {
    training = List.copyOf(training);
    heldOut = List.copyOf(heldOut);
  }

  /**
   * Reads JSON objects, one a line.
   *
   * @param most rows that are read
   * @throws CodedException {@link TrainerError#ROWS_INVALID}
   */
  public static InstructionRows read(Path file, int most) {
    List<Row> rows = new ArrayList<>();
    try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
      lines.filter(line -> !line.isBlank()).limit(most).forEach(line -> rows.add(row(file, line)));
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new CodedException(TrainerError.ROWS_INVALID, file + " cannot be read.", e);
    }
    List<Row> training = new ArrayList<>();
    List<Row> heldOut = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      boolean held = i % HELD_OUT_EVERY == HELD_OUT_EVERY - 1 && heldOut.size() < MOST_HELD_OUT;
      (held ? heldOut : training).add(rows.get(i));
    }
    if (training.isEmpty() || heldOut.isEmpty()) {
      throw new CodedException(
          TrainerError.ROWS_INVALID, file + " has fewer than " + HELD_OUT_EVERY + " rows.");
    }
    return new InstructionRows(training, heldOut);
  }

  private static Row row(Path file, String line) {
    try {
      JsonNode json = JSON.readTree(line);
      String prompt = first(json, "prompt", "question", "instruction");
      String input = first(json, "input");
      String response = first(json, "response", "answer", "output");
      if (!prompt.isBlank() && !response.isBlank()) {
        return new Row(input.isBlank() ? prompt : prompt + "\n" + input, response);
      }
    } catch (JacksonException e) {
      throw new CodedException(
          TrainerError.ROWS_INVALID, file + " has a line that is not JSON.", e);
    }
    throw new CodedException(
        TrainerError.ROWS_INVALID,
        file
            + " has a line without prompt and response, question and answer, or instruction and"
            + " output.");
  }

  private static String first(JsonNode json, String... names) {
    for (String name : names) {
      if (json.path(name).isString()) {
        return json.path(name).asString();
      }
    }
    return "";
  }
}
