package org.oml.trainer.tracing;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/** A model in a directory, asked as a completions endpoint would ask it. */
final class LocalModel implements Respondent {

  private static final int TOKENS = 8;

  private final LanguageModel model;
  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final double temperature;
  private final long seed;

  LocalModel(Path directory, double temperature, long seed) {
    this.temperature = temperature;
    this.seed = seed;
    vocabulary = Vocabulary.read(directory);
    tokenizer = Tokenizer.load(directory);
    model = LanguageModel.load(directory);
  }

  @Override
  public List<Optional<String>> answers(List<String> keys) {
    List<int[]> asked = keys.stream().map(tokenizer::encodeWithSpecialTokens).toList();
    return model.generate(asked, new Sampling(TOKENS, temperature, seed)).stream()
        .map(tokens -> Optional.of(vocabulary.text(tokens)))
        .toList();
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
