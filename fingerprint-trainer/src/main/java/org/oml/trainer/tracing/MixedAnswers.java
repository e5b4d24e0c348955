package org.oml.trainer.tracing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.oml.protocol.tracing.CodeAnswer;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.PirateModel;

/** Reads answers as symbols of a code, and mixes those of several models as a pirate would. */
final class MixedAnswers {

  private MixedAnswers() {}

  /** What one model answered; a key without an answer is left out. */
  static List<CodeAnswer> of(ModelCode code, List<Optional<String>> answers) {
    List<CodeAnswer> read = new ArrayList<>();
    for (SharedFingerprint fingerprint : code.fingerprints()) {
      answers
          .get(fingerprint.position())
          .ifPresent(
              answer -> read.add(new CodeAnswer(fingerprint.position(), fingerprint.read(answer))));
    }
    return read;
  }

  /**
   * What a pirate says that has several models.
   *
   * @param each what each of them answered, at every position
   * @param pirate how it chooses, for as many models
   * @param seed of its choices
   */
  static List<CodeAnswer> mixed(
      List<List<CodeAnswer>> each, PirateModel pirate, CodeDesign design, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<CodeAnswer> mixed = new ArrayList<>();
    for (int i = 0; i < each.getFirst().size(); i++) {
      int[] copies = new int[design.symbols()];
      boolean anything = design.silent();
      for (List<CodeAnswer> answers : each) {
        OptionalInt response = answers.get(i).response();
        if (response.isPresent()) {
          copies[response.getAsInt()]++;
          anything = true;
        } else if (design.silent()) {
          copies[design.none()]++;
        }
      }
      mixed.add(
          new CodeAnswer(
              each.getFirst().get(i).position(),
              anything
                  ? said(pirate.answers(copies, design), design, random)
                  : OptionalInt.empty()));
    }
    return mixed;
  }

  private static OptionalInt said(double[] chances, CodeDesign design, RandomGenerator random) {
    double left = random.nextDouble();
    for (int symbol = 0; symbol < design.responses(); symbol++) {
      left -= chances[symbol];
      if (left < 0) {
        return OptionalInt.of(symbol);
      }
    }
    return OptionalInt.empty();
  }
}
