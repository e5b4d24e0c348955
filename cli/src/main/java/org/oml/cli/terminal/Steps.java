package org.oml.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * The steps of a longer piece of work, one line each on stderr with the time that it took. On a
 * terminal the line of the running step is redrawn as its detail changes; elsewhere a step prints
 * its line when it is done.
 */
public final class Steps {

  private static final int LABEL_WIDTH = 58;

  private final PrintStream out;
  private final boolean terminal;
  private final int total;
  private final Instant started = Instant.now();
  private int number;
  private String label = "";
  private Instant stepStarted = started;
  private int drawn;

  /**
   * @param out where the lines go
   * @param terminal whether lines may be redrawn
   * @param total how many steps there will be
   */
  public Steps(PrintStream out, boolean terminal, int total) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
  }

  /** Steps on stderr, redrawn if it is a terminal. */
  public static Steps onStandardError(int total) {
    return new Steps(System.err, isTerminal(), total);
  }

  /** Whether lines may be redrawn here. */
  @SuppressWarnings("SystemConsoleNull") // JDK 25 answers null again where there is no terminal
  static boolean isTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  /** Runs one step and prints its line. */
  public <T> T step(String description, Callable<T> work) throws Exception {
    number++;
    label = description;
    stepStarted = Instant.now();
    detail("");
    try {
      T result = work.call();
      finish("done");
      return result;
    } catch (Exception e) {
      finish("FAILED");
      throw e;
    }
  }

  /** Shows how far the running step is; on a terminal only. */
  public void detail(String detail) {
    if (!terminal) {
      return;
    }
    String line = head() + "  " + detail;
    out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
    out.flush();
    drawn = line.length();
  }

  /** The time since the first step. */
  public Duration elapsed() {
    return Duration.between(started, Instant.now());
  }

  private void finish(String outcome) {
    String seconds =
        String.format(
            Locale.ROOT,
            "%6.1f s",
            Duration.between(stepStarted, Instant.now()).toMillis() / 1000.0);
    String line = head() + seconds + "  " + outcome;
    out.println(
        (terminal ? "\r" : "")
            + line
            + " ".repeat(terminal ? Math.max(0, drawn - line.length()) : 0));
    drawn = 0;
  }

  private String head() {
    String dots = ".".repeat(Math.max(3, LABEL_WIDTH - label.length()));
    return String.format(Locale.ROOT, "[%2d/%d] %s %s ", number, total, label, dots);
  }
}
