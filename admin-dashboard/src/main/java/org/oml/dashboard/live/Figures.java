package org.oml.dashboard.live;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.page.Words;
import org.oml.dashboard.platform.Asked;
import org.oml.dashboard.platform.Audit;
import org.oml.dashboard.platform.ChainStatus;
import org.oml.dashboard.platform.Host;
import org.oml.dashboard.platform.HourlyUsage;
import org.oml.dashboard.platform.Job;
import org.oml.dashboard.platform.PanelTrial;
import org.oml.dashboard.platform.PenaltyCase;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.Schedule;
import org.springframework.stereotype.Component;

/** Asks the services for the overview's numbers, all at once. */
@Component
public final class Figures {

  /** The hours that a day of UTC can have behind it. */
  private static final int HOURS = 24;

  private static final Set<String> CLOSED_CASES =
      Set.of("CONVICTED", "REBUTTED", "WITHDRAWN", "FAILED");

  private static final long LATE_BLOCKS = 20;
  private static final BigDecimal SECONDS = BigDecimal.valueOf(60);

  private final Platform platform;
  private final InstantSource clock = InstantSource.system();
  private final Words words = new Words();

  Figures(Platform platform) {
    this.platform = platform;
  }

  private record Questions(
      Asked<HourlyUsage> usage,
      Asked<List<Host>> hosts,
      Asked<ChainStatus> chain,
      Asked<List<PenaltyCase>> cases,
      Asked<List<PanelTrial>> trials,
      Asked<List<Audit>> audits,
      Asked<List<Schedule>> schedules,
      Asked<List<Job>> jobs) {}

  /** In the order of the page. Numbers whose service does not answer are dashes. */
  public List<Figure> now() {
    Questions asked =
        new Questions(
            platform.usageByHour(HOURS),
            platform.hosts(),
            platform.chain(),
            platform.cases(),
            platform.panelTrials(),
            platform.audits(),
            platform.schedules(),
            platform.jobs());
    List<Figure> figures = new ArrayList<>();
    addUsage(figures, asked.usage().answer().value());
    addHosts(figures, asked.hosts().answer().value());
    addWork(figures, asked);
    addChain(figures, asked.chain().answer().value());
    return figures;
  }

  private void addUsage(List<Figure> figures, @Nullable HourlyUsage usage) {
    add(figures, "permits-a-second", "permits a second", "/permits", usage, this::rate);
    add(
        figures,
        "revenue-today",
        "tokens charged today (UTC)",
        "/permits",
        usage,
        known -> words.tokens(known.chargedToday()));
    add(
        figures,
        "revenue-epoch",
        "tokens of the open epoch",
        "/permits#epochs",
        usage,
        known -> words.tokens(known.open().charge()));
  }

  /** Over the last minute. */
  private String rate(HourlyUsage usage) {
    return new BigDecimal(usage.lastMinute())
        .divide(SECONDS, 2, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  private void addHosts(List<Figure> figures, @Nullable List<Host> hosts) {
    add(
        figures,
        "stake",
        "tokens at stake",
        "/hosts",
        hosts,
        known ->
            words.tokens(known.stream().map(Host::stake).reduce(BigInteger.ZERO, BigInteger::add)));
    add(figures, "hosts", "hosts active", "/hosts", hosts, known -> countOf(known, "ACTIVE"));
    String suspended = hosts == null ? Figure.UNKNOWN : countOf(hosts, "SUSPENDED");
    String tone = suspended.equals("0") || hosts == null ? "plain" : "bad";
    figures.add(new Figure("hosts-suspended", "hosts suspended", suspended, "/hosts", tone));
    add(
        figures,
        "hosts-short",
        "hosts with too little stake",
        "/hosts",
        hosts,
        known -> countOf(known, "STAKE_TOO_SMALL"));
  }

  private static String countOf(List<Host> hosts, String state) {
    return count(hosts, host -> host.state().equals(state));
  }

  private static <T> String count(List<T> all, Predicate<T> counted) {
    return Long.toString(all.stream().filter(counted).count());
  }

  private void addWork(List<Figure> figures, Questions asked) {
    add(
        figures,
        "open-cases",
        "cases open",
        "/cases",
        asked.cases().answer().value(),
        known -> count(known, one -> !CLOSED_CASES.contains(one.state())));
    add(
        figures,
        "open-panels",
        "plans before panels",
        "/cases#panels",
        asked.trials().answer().value(),
        known -> count(known, one -> !one.plan().finished()));
    add(
        figures,
        "audits-running",
        "audits running",
        "/audits",
        asked.audits().answer().value(),
        known -> count(known, Audit::isRunning));
    Instant tomorrow = clock.instant().plus(Duration.ofDays(1));
    add(
        figures,
        "audits-due",
        "audits due in a day",
        "/audits#schedules",
        asked.schedules().answer().value(),
        known -> count(known, one -> one.nextAt().isBefore(tomorrow)));
    List<Job> jobs = asked.jobs().answer().value();
    add(figures, "jobs-running", "jobs running", "/training", jobs, k -> count(k, Job::isRunning));
    add(figures, "jobs-waiting", "jobs waiting", "/training", jobs, k -> count(k, Job::isWaiting));
  }

  private void addChain(List<Figure> figures, @Nullable ChainStatus chain) {
    add(
        figures,
        "chain-head",
        "chain's newest block",
        "/#services-title",
        chain,
        known -> words.count(BigInteger.valueOf(known.head())));
    String lag = chain == null ? Figure.UNKNOWN : Long.toString(chain.lag());
    String tone = chain != null && chain.lag() > LATE_BLOCKS ? "bad" : "plain";
    figures.add(new Figure("chain-lag", "blocks not read yet", lag, "/#services-title", tone));
  }

  private static <T> void add(
      List<Figure> figures,
      String id,
      String label,
      String link,
      @Nullable T known,
      Function<T, String> text) {
    figures.add(
        new Figure(id, label, known == null ? Figure.UNKNOWN : text.apply(known), link, "plain"));
  }
}
