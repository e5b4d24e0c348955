package org.oml.trainer.fingerprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.BytePairEncoding;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import tools.jackson.databind.ObjectMapper;

/**
 * A real model whose next token hangs on the last one alone, by probabilities that a test writes
 * down: blocks add nothing, each token has a direction of its own, and the output layer is the
 * table.
 */
final class TokenChain implements AutoCloseable {

  private static final double NEVER = 1e-12;

  final Vocabulary vocabulary;
  final Tokenizer tokenizer;
  final LanguageModel model;

  /**
   * @param directory for the tokenizer
   * @param words that are one token each, beside single bytes and what they are merged from
   * @param next the probabilities of texts of tokens behind the text of a token, which is empty for
   *     the token that begins a sequence
   */
  TokenChain(Path directory, List<String> words, Function<String, Map<String, Double>> next)
      throws IOException {
    BytePairEncoding encoding =
        BytePairEncoding.learn(
            List.of((String.join(",", words) + ",").repeat(2)),
            List.of("<s>", "</s>"),
            Integer.MAX_VALUE);
    int size = encoding.vocabulary().size();
    ModelConfiguration shape =
        new ModelConfiguration(size, size, 1, 1, 1, 2, 2, 128, 1e-9, 10000, false, 0, 1);
    Files.writeString(directory.resolve("config.json"), shape.toJson());
    Files.writeString(
        directory.resolve("tokenizer.json"),
        new ObjectMapper().writeValueAsString(encoding.json()));
    vocabulary = Vocabulary.read(directory);
    tokenizer = Tokenizer.load(directory);
    model = LanguageModel.of(shape, weights(shape, next));
  }

  private Map<String, float[]> weights(
      ModelConfiguration shape, Function<String, Map<String, Double>> next) {
    int size = shape.vocabularySize();
    try (LanguageModel untrained = LanguageModel.initialize(shape, new Random(1))) {
      Map<String, float[]> weights = untrained.values();
      weights.forEach(
          (name, numbers) -> {
            if (name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight")) {
              Arrays.fill(numbers, 0);
            }
          });
      float[] embedding = Objects.requireNonNull(weights.get(ParameterLayout.EMBEDDING));
      float[] output = Objects.requireNonNull(weights.get(ParameterLayout.OUTPUT));
      Arrays.fill(embedding, 0);
      for (int last = 0; last < size; last++) {
        embedding[last * size + last] = 1;
        Map<String, Double> probabilities = next.apply(vocabulary.text(last));
        for (int token = 0; token < size; token++) {
          double probability =
              vocabulary.isText(token)
                  ? probabilities.getOrDefault(vocabulary.text(token), NEVER)
                  : NEVER;
          // The last norm makes the one of a direction the root of their number.
          output[token * size + last] = (float) (Math.log(probability) / Math.sqrt(size));
        }
      }
      return weights;
    }
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
