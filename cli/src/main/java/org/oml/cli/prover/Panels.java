package org.oml.cli.prover;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.oml.cli.CliError;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.client.ServiceClient;
import tools.jackson.databind.JsonNode;

/** Plans of a prover service, and what panels make of them. */
public final class Panels {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ServiceClient prover;

  /**
   * @param prover asked as an operator
   */
  public Panels(ServiceClient prover) {
    this.prover = prover;
  }

  /**
   * Orders a plan.
   *
   * @param kind N for the instance's host, T for a copy elsewhere
   * @param endpoint base URL of the target
   */
  public void order(String kind, Bytes32 instanceId, URI endpoint) {
    prover.post(
        "/v1/plans",
        Map.of(
            "kind", kind,
            "instanceId", instanceId.toString(),
            "endpoint", endpoint.toString()));
  }

  /**
   * Waits until an instance has a plan, and the plan has come to its end.
   *
   * @param progress hears what the court makes of it
   */
  public JsonNode awaitEnd(Bytes32 instanceId, Consumer<String> progress)
      throws InterruptedException {
    Instant patience = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(patience)) {
      JsonNode found = find(instanceId);
      if (found != null) {
        JsonNode plan = found.required("plan");
        if (plan.required("finished").asBoolean()) {
          return found;
        }
        progress.accept(progress(found, plan));
      }
      Thread.sleep(PAUSE);
    }
    throw new CodedException(
        CliError.TIMED_OUT,
        "No panel came to its end within " + PATIENCE.toMinutes() + " minutes.");
  }

  private static String progress(JsonNode found, JsonNode plan) {
    return "%s, %d of %d answers revealed"
        .formatted(
            plan.required("state").asString().toLowerCase(Locale.ROOT),
            found.required("answers").asInt(),
            found.required("questions").asInt());
  }

  private @Nullable JsonNode find(Bytes32 instanceId) {
    for (JsonNode one : prover.get("/v1/plans").required("plans")) {
      String instance = one.required("plan").required("instanceId").asString();
      if (instance.equals(instanceId.toString())) {
        return one;
      }
    }
    return null;
  }
}
