package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ReferenceDistribution;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.model.TokenBatch;

/**
 * Text that the base model wrote by itself, freely and after ordinary questions in every form of
 * asking, with what it predicted there: the tuned model is to go on predicting that.
 */
final class BenignTexts implements AutoCloseable {

  /** Predictions are kept as long as they fit; what does not is predicted anew at every use. */
  private static final long LARGEST_KEPT = 256L << 20;

  private final LanguageModel base;
  private final List<TokenBatch> batches = new ArrayList<>();
  private final Map<Integer, ReferenceDistribution> kept = new HashMap<>();
  private long keptBytes;

  /**
   * @param questions ordinary texts, drawn apart from the keys
   */
  BenignTexts(
      LanguageModel base, Prompts prompts, List<String> questions, EmbeddingSettings settings) {
    this.base = base;
    int length = Math.min(settings.benign().length(), base.configuration().contextLength());
    List<int[]> texts =
        sample(
            base, beginnings(base, prompts, questions, length, settings), length, settings.seed());
    Collections.shuffle(texts, new Random(settings.seed()));
    for (int from = 0;
        from + settings.benign().texts() <= texts.size();
        from += settings.benign().texts()) {
      batches.add(TokenBatch.all(texts.subList(from, from + settings.benign().texts())));
    }
    if (batches.isEmpty()) {
      throw new CodedException(
          TrainerError.EMBEDDING_FAILED,
          "The base model writes too little text of its own to be held to it.");
    }
  }

  /** Whole texts of the base model's own, begun with nothing. */
  static List<int[]> free(LanguageModel base, int count, int length, long seed) {
    int[] beginning = {base.configuration().startToken()};
    return sample(base, Collections.nCopies(count, beginning), length, seed);
  }

  /** The texts of a step. */
  TokenBatch texts(int step) {
    return batches.get(step % batches.size());
  }

  /** The texts of a step with the base model's predictions; {@link #release} it after use. */
  ReferenceDistribution reference(int step) {
    int index = step % batches.size();
    ReferenceDistribution known = kept.get(index);
    if (known != null) {
      return known;
    }
    ReferenceDistribution reference = base.reference(batches.get(index));
    if (keptBytes + reference.bytes() <= LARGEST_KEPT) {
      keptBytes += reference.bytes();
      kept.put(index, reference);
    }
    return reference;
  }

  void release(ReferenceDistribution reference) {
    if (!kept.containsValue(reference)) {
      reference.close();
    }
  }

  @Override
  public void close() {
    kept.values().forEach(ReferenceDistribution::close);
  }

  private static List<int[]> beginnings(
      LanguageModel base,
      Prompts prompts,
      List<String> questions,
      int length,
      EmbeddingSettings settings) {
    // All are continued by as many tokens as the shortest, which is one token.
    int room = base.configuration().contextLength() - (length - 1);
    List<int[]> beginnings = new ArrayList<>();
    for (String question : questions) {
      prompts.all(question).stream()
          .filter(prompt -> prompt.length <= Math.min(length * 2 / 3, room))
          .forEach(beginnings::add);
    }
    Collections.shuffle(beginnings, new Random(settings.seed() + 1));
    List<int[]> chosen =
        new ArrayList<>(
            beginnings.subList(0, Math.min(beginnings.size(), settings.benign().pool() / 2)));
    while (chosen.size() < settings.benign().pool()) {
      chosen.add(new int[] {base.configuration().startToken()});
    }
    return chosen;
  }

  /** Continues beginnings by one number of tokens each, groups of equal length at a time. */
  private static List<int[]> sample(
      LanguageModel base, List<int[]> beginnings, int length, long seed) {
    int shortest = beginnings.stream().mapToInt(beginning -> beginning.length).min().orElseThrow();
    List<int[]> texts = new ArrayList<>();
    List<int[]> written = base.generate(beginnings, new Sampling(length - shortest, 1.0, seed));
    for (int i = 0; i < beginnings.size(); i++) {
      int[] whole =
          IntStream.concat(IntStream.of(beginnings.get(i)), IntStream.of(written.get(i)))
              .limit(length)
              .toArray();
      if (whole.length > 1) {
        texts.add(whole);
      }
    }
    return texts;
  }
}
