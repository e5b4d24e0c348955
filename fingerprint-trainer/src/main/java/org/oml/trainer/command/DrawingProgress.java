package org.oml.trainer.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Tells people how many of the wanted keys are drawn; what takes a few seconds passes in silence.
 */
final class DrawingProgress implements IntConsumer {

  private static final double SECONDS_BETWEEN_LINES = 5;

  private final PrintWriter out;
  private final int wanted;
  private final long start = System.nanoTime();
  private double told;

  DrawingProgress(PrintWriter out, int wanted) {
    this.out = out;
    this.wanted = wanted;
  }

  @Override
  public void accept(int drawn) {
    double seconds = (System.nanoTime() - start) / 1e9;
    if (drawn == 0 || drawn >= wanted || seconds - told < SECONDS_BETWEEN_LINES) {
      return;
    }
    told = seconds;
    out.printf(
        Locale.ROOT,
        "drawing: %,d of %,d keys, %.0f s, about %.0f s left%n",
        drawn,
        wanted,
        seconds,
        seconds * (wanted - drawn) / drawn);
    out.flush();
  }
}
