package org.oml.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an honest host has whose engine is in a bad way: it refuses some requests, lets others wait,
 * cuts answers off, and says more than it was asked for.
 */
public final class FaultyEngine implements EngineRelay.Manner {

  private static final double REFUSED = 0.15;
  private static final double CUT_OFF = 0.1;
  private static final double LATE = 0.15;
  private static final Duration DELAY = Duration.ofSeconds(4);
  private static final int MORE_TOKENS = 60;

  /**
   * @param arguments the port on which it listens, and the engine's URL
   */
  public static void main(String[] arguments) throws IOException {
    EngineRelay.serve(arguments, new FaultyEngine());
  }

  @Override
  public void change(ObjectNode question) {
    if (question.has("max_tokens")) {
      question.put("max_tokens", question.required("max_tokens").asInt() + MORE_TOKENS);
    }
  }

  @Override
  public OptionalDouble fate() throws InterruptedException {
    double lot = ThreadLocalRandom.current().nextDouble();
    if (lot < REFUSED) {
      return OptionalDouble.empty();
    }
    if (lot < REFUSED + CUT_OFF) {
      return OptionalDouble.of(0.5);
    }
    if (lot < REFUSED + CUT_OFF + LATE) {
      Thread.sleep(DELAY);
    }
    return OptionalDouble.of(1);
  }
}
