package org.oml.trainer.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.vocabulary.Token;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Whether two models have enough in common to be measured beside each other. Asked before long
 * work, of the files alone: what does not fit would end it in the midst, or in figures without
 * meaning.
 */
public final class ModelKinship {

  private ModelKinship() {}

  /**
   * Refuses two models for which the same number is not the same text. Special tokens may be called
   * otherwise, and a model may use numbers that the other leaves free.
   *
   * @throws CodedException {@link TrainerError#MODELS_APART}, and as {@link Checkpoint#open}
   */
  public static void requireSameTokens(Path base, Path other) {
    int words = Checkpoint.open(base).configuration().vocabularySize();
    requireSame(
        "vocab_size", words, Checkpoint.open(other).configuration().vocabularySize(), other);
    if (hasTokenizer(base) && hasTokenizer(other)) {
      requireSameTexts(Vocabulary.read(base), Vocabulary.read(other), other);
    }
  }

  /**
   * Refuses a model that was not made from a base model by training alone: of another shape, with
   * other tokens, or with a shorter context.
   *
   * @throws CodedException as {@link #requireSameTokens}
   */
  public static void requireInstance(Path base, Path instance) {
    ModelConfiguration first = Checkpoint.open(base).configuration();
    ModelConfiguration second = Checkpoint.open(instance).configuration();
    requireSame(
        "architecture",
        first.architecture().className(),
        second.architecture().className(),
        instance);
    requireSame("hidden_size", first.hiddenSize(), second.hiddenSize(), instance);
    requireSame("num_hidden_layers", first.layers(), second.layers(), instance);
    requireSame("num_attention_heads", first.heads(), second.heads(), instance);
    requireSame("num_key_value_heads", first.keyValueHeads(), second.keyValueHeads(), instance);
    requireSame("head_dim", first.headSize(), second.headSize(), instance);
    requireSame("intermediate_size", first.feedForwardSize(), second.feedForwardSize(), instance);
    requireSame("tie_word_embeddings", first.tiedEmbeddings(), second.tiedEmbeddings(), instance);
    if (second.contextLength() < first.contextLength()) {
      requireSame(
          "max_position_embeddings", first.contextLength(), second.contextLength(), instance);
    }
    requireSameTokens(base, instance);
  }

  private static boolean hasTokenizer(Path directory) {
    return Files.exists(directory.resolve("tokenizer.json"));
  }

  private static void requireSameTexts(Vocabulary base, Vocabulary other, Path directory) {
    List<Token> expected = base.tokens();
    int common = Math.min(expected.size(), other.tokens().size());
    for (int number = 0; number < common; number++) {
      Token token = other.tokens().get(number);
      if (base.isText(number)
          && other.isText(number)
          && !Arrays.equals(expected.get(number).bytes(), token.bytes())) {
        requireSame("token " + number, expected.get(number).piece(), token.piece(), directory);
      }
    }
  }

  private static <T> void requireSame(String what, T base, T other, Path directory) {
    if (!base.equals(other)) {
      throw new CodedException(
          TrainerError.MODELS_APART,
          "%s does not fit the base model: its %s is %s, the base model's %s."
              .formatted(directory.getFileName(), what, other, base));
    }
  }
}
