package org.oml.protocol.tracing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.ProtocolError;

/**
 * Traces answers to instances. An instance is named only if an innocent would score as high with a
 * probability of at most the false-accusation bound divided by the number of instances; where none
 * does, nobody is named.
 *
 * <p>The bound holds whatever the pirate does, as long as it does not know the innocent instances'
 * symbols, and as long as what is asked does not hang on them.
 */
public final class Tracer {

  private final TracingCode code;
  private final Scoring.Maker scorings;

  public Tracer(TracingCode code) {
    this.code = code;
    scorings = new Scoring.Maker(code.design());
  }

  /**
   * @param answers one for each position that was asked
   * @param instances all that have symbols of the code
   * @param falseAccusation probability of naming an innocent, at most; above 0, below 1
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a position that is asked
   *     twice or that the code has not, and for any other number out of range
   */
  public Trace trace(List<CodeAnswer> answers, Set<Bytes32> instances, double falseAccusation) {
    if (!(falseAccusation > 0 && falseAccusation < 1) || instances.isEmpty()) {
      throw outOfRange("A trace has one or more instances and a bound between 0 and 1.");
    }
    requireOnceEach(answers);
    List<TracingCode.Symbols> asked =
        answers.stream().map(answer -> code.symbols(answer.position())).toList();
    int[] biases = asked.stream().mapToInt(symbols -> symbols.position().bias()).toArray();
    int[] readings = new int[biases.length];
    for (int i = 0; i < readings.length; i++) {
      readings[i] = reading(answers.get(i), asked.get(i).position());
    }
    Scoring scoring = scorings.of(biases, readings);
    double level = falseAccusation / instances.size();
    List<Suspect> suspects = new ArrayList<>();
    for (Bytes32 instance : instances) {
      suspects.add(suspect(instance, asked, biases, readings, scoring, level, instances.size()));
    }
    suspects.sort(
        Comparator.comparingInt(Suspect::score).reversed().thenComparing(Suspect::instance));
    int answered = (int) answers.stream().filter(answer -> answer.response().isPresent()).count();
    return new Trace(suspects, answers.size(), answered, falseAccusation, scoring.pirate());
  }

  private static void requireOnceEach(List<CodeAnswer> answers) {
    Set<Integer> positions = new HashSet<>();
    for (CodeAnswer answer : answers) {
      if (!positions.add(answer.position())) {
        throw outOfRange("Position " + answer.position() + " has two answers.");
      }
    }
  }

  private int reading(CodeAnswer answer, CodePosition position) {
    if (answer.response().isEmpty()) {
      return code.design().none();
    }
    int response = answer.response().getAsInt();
    if (response < 0 || response >= code.design().responses()) {
      throw outOfRange("The code has no response " + response + ".");
    }
    return position.rank(response);
  }

  private static Suspect suspect(
      Bytes32 instance,
      List<TracingCode.Symbols> asked,
      int[] biases,
      int[] readings,
      Scoring scoring,
      double level,
      int instances) {
    int score = 0;
    int agreements = 0;
    for (int i = 0; i < readings.length; i++) {
      int rank = asked.get(i).rank(instance);
      score += scoring.weight(biases[i], readings[i], rank);
      agreements += rank == readings[i] ? 1 : 0;
    }
    double probability = scoring.tail(score);
    return new Suspect(
        instance,
        agreements,
        score,
        probability,
        Math.min(1, instances * probability),
        probability <= level);
  }

  private static CodedException outOfRange(String sentence) {
    return new CodedException(ProtocolError.VALUE_OUT_OF_RANGE, sentence);
  }
}
