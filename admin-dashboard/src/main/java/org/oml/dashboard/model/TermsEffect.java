package org.oml.dashboard.model;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.oml.dashboard.page.Chart;
import org.oml.dashboard.platform.Terms;
import org.oml.protocol.CodedException;
import org.oml.protocol.economics.HostEconomics;
import org.oml.protocol.economics.Strategy;

/**
 * Whether terms make honesty pay, by the arithmetic of {@code ./oml economics}.
 *
 * @param economics of a host under the terms
 * @param rows what each strategy gains and loses
 * @param chart nets in penalties by the share of keys among the queries
 */
record TermsEffect(HostEconomics economics, List<Row> rows, Chart chart) {

  private static final double ALL_BPS = 10_000;
  private static final int STEPS = 60;
  private static final double LEAST_SHARE = 1e-6;

  /** What comes of a strategy, in tokens. */
  record Row(
      String strategy,
      String sparedBefore,
      String sparedInWindow,
      String lost,
      String net,
      boolean pays) {}

  /**
   * A single hit convicts, and the host goes on as long as the case may be rebutted.
   *
   * @param auditShare of the host's queries that are keys
   * @param rate queries that it answers a second
   * @throws CodedException for values that mean nothing
   */
  static TermsEffect of(Terms terms, double auditShare, double rate) {
    double penalty = Chart.tokens(terms.penalty());
    HostEconomics economics =
        new HostEconomics(
            Chart.tokens(terms.pricePerQuery()),
            penalty,
            Math.min(penalty * terms.rewardBps() / ALL_BPS, Chart.tokens(terms.maximumReward())),
            auditShare,
            terms.minimumSuccessBps() / ALL_BPS,
            1,
            terms.disputeWindow().min(BigInteger.valueOf(Integer.MAX_VALUE)).doubleValue(),
            rate);
    return new TermsEffect(
        economics,
        Arrays.stream(Strategy.values()).map(strategy -> row(economics, strategy)).toList(),
        chart(economics));
  }

  private static Row row(HostEconomics economics, Strategy strategy) {
    double net = economics.net(strategy);
    return new Row(
        words(strategy),
        tokens(economics.sparedUntilConviction(strategy)),
        tokens(economics.sparedInWindow(strategy)),
        tokens(economics.lost(strategy)),
        tokens(net),
        net > 0);
  }

  private static Chart chart(HostEconomics economics) {
    List<Double> shares = new ArrayList<>();
    for (int step = 0; step <= STEPS; step++) {
      shares.add(LEAST_SHARE * Math.pow(1 / LEAST_SHARE, (double) step / STEPS));
    }
    double unit = Math.max(economics.penalty(), 1e-12);
    Chart chart =
        Chart.overShares("Net of each strategy in penalties, by the share of keys", shares);
    for (Strategy strategy : Strategy.values()) {
      if (strategy != Strategy.HONEST) {
        chart =
            chart.line(
                words(strategy),
                "penalties",
                shares,
                share -> economics.withAuditShare(share).net(strategy) / unit);
      }
    }
    return chart;
  }

  private static String words(Strategy strategy) {
    return switch (strategy) {
      case HONEST -> "honest";
      case FREELOAD -> "freeload";
      case FREELOAD_ON_A_TENTH -> "freeload on a tenth";
      case FREELOAD_AND_SELF_REPORT -> "freeload, then self-report";
    };
  }

  private static String tokens(double amount) {
    return String.format(Locale.ROOT, "%,.2f", amount);
  }

  /** From where on honesty pays, and the penalty to choose, in words. */
  public String advice() {
    double share = economics.breakEvenAuditShare();
    return (share > 1
            ? "No share of keys makes honesty pay: the window alone is worth more than what is at stake."
            : String.format(
                Locale.ROOT, "Honesty pays where keys are more than %.3g of the queries.", share))
        + String.format(Locale.ROOT, " Advised penalty: %,.2f tokens.", economics.advisedPenalty());
  }
}
