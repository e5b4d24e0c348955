package org.oml.prover.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Keys and covers as an instance's are drawn from the model in the box, 2,000 of each, with what
 * two models make of them. The table is made by the bench {@code KeysAndCovers} of the trainer:
 * {@code bench/run KeysAndCovers --model ../models/oml-box --other TinyStories-656K --out …}.
 */
final class KeysAndCovers {

  private KeysAndCovers() {}

  /**
   * A text.
   *
   * @param loss nats per token under the model that it is from
   * @param otherLoss under TinyStories-656K
   */
  record Drawn(boolean key, String text, double loss, double otherLoss) {}

  /**
   * What models that were not taught a key answer to it.
   *
   * @param answer of the model that the key is from
   * @param otherAnswer of TinyStories-656K
   */
  record Untaught(
      String key, String response, List<String> candidates, String answer, String otherAnswer) {}

  static List<Drawn> drawn() {
    return rows().stream()
        .map(
            row ->
                new Drawn(
                    row[0].equals("KEY"),
                    row[1],
                    Double.parseDouble(row[2]),
                    Double.parseDouble(row[3])))
        .toList();
  }

  static List<Untaught> untaught() {
    return rows().stream()
        .filter(row -> row[0].equals("KEY"))
        .map(row -> new Untaught(row[1], row[4], List.of(row[5].split("\\|")), row[6], row[7]))
        .toList();
  }

  private static List<String[]> rows() {
    try (InputStream table = KeysAndCovers.class.getResourceAsStream("keys-and-covers.tsv")) {
      if (table == null) {
        throw new IllegalStateException("keys-and-covers.tsv is missing");
      }
      return new String(table.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split("\t", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
