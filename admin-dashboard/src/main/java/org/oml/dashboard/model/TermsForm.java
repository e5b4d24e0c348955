package org.oml.dashboard.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.oml.dashboard.platform.Terms;

/** Terms as somebody types them: amounts in tokens, times in seconds. */
final class TermsForm {

  private static final int TOKEN_DECIMALS = 18;
  private static final int LONGEST = 60;
  private static final int ALL_BPS = 10_000;

  /**
   * What is typed.
   *
   * @param name of the field
   * @param label before it
   * @param value in it at first
   */
  record Field(String name, String label, String value) {}

  private TermsForm() {}

  /** Filled with terms. */
  static List<Field> of(Terms terms) {
    return List.of(
        field("pricePerQuery", "Price of a query, in tokens", tokens(terms.pricePerQuery())),
        field("minimumStake", "Least stake, in tokens", tokens(terms.minimumStake())),
        field("penalty", "Penalty of a conviction, in tokens", tokens(terms.penalty())),
        field("rewardBps", "Reward of the prover, in ten-thousandths of it", terms.rewardBps()),
        field("maximumReward", "Reward at most, in tokens", tokens(terms.maximumReward())),
        field("disputeWindow", "Time to rebut a case, in seconds", terms.disputeWindow()),
        field("unbondingTime", "Time until a stake is back, in seconds", terms.unbondingTime()),
        field("maximumEvidenceAge", "Oldest evidence, in seconds", terms.maximumEvidenceAge()),
        field(
            "minimumSuccessBps",
            "Fingerprints that must fire, in ten-thousandths",
            terms.minimumSuccessBps()),
        field(
            "maximumUtilityLossBps",
            "Loss of usefulness at most, in ten-thousandths",
            terms.maximumUtilityLossBps()),
        field(
            "maximumUnacknowledged",
            "Permits that a host may leave unacknowledged",
            terms.maximumUnacknowledged()));
  }

  private static Field field(String name, String label, Object value) {
    return new Field(name, label, value.toString());
  }

  private static String tokens(BigInteger smallestUnits) {
    return new BigDecimal(smallestUnits, TOKEN_DECIMALS).stripTrailingZeros().toPlainString();
  }

  /** With what was typed in place of what stood there. */
  static List<Field> with(List<Field> fields, Map<String, String> typed) {
    return fields.stream()
        .map(one -> field(one.name(), one.label(), typed.getOrDefault(one.name(), one.value())))
        .toList();
  }

  /**
   * The next version of the terms; what is not typed stays as it is.
   *
   * @throws IllegalArgumentException with a sentence for the reader
   */
  static Terms read(Terms present, Map<String, String> typed) {
    Map<String, String> texts = new LinkedHashMap<>();
    of(present).forEach(field -> texts.put(field.name(), field.value()));
    texts.replaceAll((name, value) -> typed.getOrDefault(name, value).strip());
    return new Terms(
        present.version() + 1,
        amount(texts, "pricePerQuery"),
        amount(texts, "minimumStake"),
        amount(texts, "penalty"),
        amount(texts, "maximumReward"),
        BigInteger.valueOf(number(texts, "disputeWindow")),
        BigInteger.valueOf(number(texts, "unbondingTime")),
        BigInteger.valueOf(number(texts, "maximumEvidenceAge")),
        bps(texts, "rewardBps"),
        bps(texts, "minimumSuccessBps"),
        number(texts, "maximumUnacknowledged"),
        bps(texts, "maximumUtilityLossBps"),
        present.billedWhenEngineFails(),
        present.auditAlphaPpb(),
        present.contextRoot());
  }

  private static BigInteger amount(Map<String, String> texts, String name) {
    String text = texts.getOrDefault(name, "");
    if (!text.matches("[0-9]{1,20}([.][0-9]{1,18})?")) {
      throw new IllegalArgumentException(
          name + " is an amount in tokens with 18 decimals at most, such as 0.01.");
    }
    return new BigDecimal(text).movePointRight(TOKEN_DECIMALS).toBigIntegerExact();
  }

  private static long number(Map<String, String> texts, String name) {
    String text = texts.getOrDefault(name, "");
    if (!text.matches("[0-9]{1,10}")) {
      throw new IllegalArgumentException(name + " is a whole number.");
    }
    return Long.parseLong(text);
  }

  private static int bps(Map<String, String> texts, String name) {
    long number = number(texts, name);
    if (number > ALL_BPS) {
      throw new IllegalArgumentException(name + " is at most 10000.");
    }
    return (int) number;
  }

  /**
   * An assumption that goes with the terms.
   *
   * @throws IllegalArgumentException with a sentence for the reader
   */
  static double assumption(Map<String, String> typed, String name, String usual) {
    String text = typed.getOrDefault(name, usual).strip();
    if (text.length() > LONGEST || !text.matches("[0-9]+([.][0-9]+)?")) {
      throw new IllegalArgumentException(name + " is a number, such as " + usual + ".");
    }
    return Double.parseDouble(text);
  }
}
