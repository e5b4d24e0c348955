package org.oml.prover;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.oml.servicekit.fixture.TestCaller;
import tools.jackson.databind.JsonNode;

/** Waits for a document to become as wanted. */
public final class Waiting {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private Waiting() {}

  /** Orders an audit as soon as none is in the way; its identifier. */
  public static String ordered(TestCaller caller, Map<String, ?> order) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      TestCaller.Answer answer = caller.post("/v1/audits", order);
      if (answer.status() == 202) {
        return answer.body().required("auditId").asString();
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Still refused: " + answer.problem());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  public static JsonNode until(TestCaller caller, String path, Predicate<JsonNode> wanted)
      throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      JsonNode found = caller.get(path).body();
      if (wanted.test(found)) {
        return found;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Still so: " + found);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
