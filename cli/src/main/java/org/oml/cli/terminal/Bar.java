package org.oml.cli.terminal;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar on stderr while something long goes on. Where stderr is no terminal nothing is drawn, as
 * with {@link Steps}.
 */
public final class Bar {

  /** What a bar counts. */
  public enum Unit {
    BYTES,
    SHARE
  }

  private static final int REDRAW_MILLISECONDS = 200;
  private static final int WIDTH = 100;
  private static final int LONGEST_DETAIL = 30;

  private Bar() {}

  /** Work that says how far it is. */
  @FunctionalInterface
  public interface Work<T> {

    /** Does it. */
    T run(Progress progress) throws Exception;
  }

  /** Runs a step whose line becomes a bar on a terminal. */
  public static <T> T step(Steps steps, String label, Unit unit, Work<T> work) throws Exception {
    return steps.step(label, onTerminal(unit, work, Steps.isTerminal(), System.err));
  }

  static <T> Callable<T> onTerminal(Unit unit, Work<T> work, boolean terminal, PrintStream out) {
    if (!terminal) {
      return () -> work.run((done, total, detail) -> {});
    }
    return () -> {
      out.println();
      try (ProgressBar bar = bar(unit, out)) {
        return work.run((done, total, detail) -> draw(bar, done, total, detail));
      }
    };
  }

  private static ProgressBar bar(Unit unit, PrintStream out) {
    ProgressBarBuilder builder =
        ProgressBar.builder()
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REDRAW_MILLISECONDS)
            .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
            .setInitialMax(1);
    return switch (unit) {
      case BYTES -> builder.setUnit(" MB", 1_000_000).showSpeed().build();
      case SHARE -> builder.hideEta().build();
    };
  }

  private static void draw(ProgressBar bar, long done, long total, String detail) {
    bar.maxHint(Math.max(1, total));
    bar.stepTo(Math.clamp(done, 0, Math.max(1, total)));
    bar.setExtraMessage(
        " " + (detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL)));
  }
}
