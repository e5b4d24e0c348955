package org.oml.cli.prover;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.oml.cli.CliError;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.client.ServiceClient;
import tools.jackson.databind.JsonNode;

/** Audits that a prover service is asked for, and the cases that come of them. */
public final class Audits {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long POLL_MILLISECONDS = 300;

  private final ServiceClient prover;

  /**
   * @param prover asked as an operator
   */
  public Audits(ServiceClient prover) {
    this.prover = prover;
  }

  /**
   * Orders an audit.
   *
   * @param endpoint base URL of the host's OpenAI API
   * @param keys how many fingerprint keys it spends
   * @param covers how many harmless questions they hide among
   * @param seed makes the plan repeatable
   * @param ofHost whether the endpoint is the host's own, where answers owe a receipt
   * @return the audit's id
   */
  public String order(
      Bytes32 instanceId, URI endpoint, int keys, int covers, OptionalLong seed, boolean ofHost) {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("instanceId", instanceId.toString());
    order.put("endpoint", endpoint.toString());
    order.put("keys", keys);
    order.put("covers", covers);
    order.put("ofHost", ofHost);
    seed.ifPresent(value -> order.put("seed", value));
    return order(order);
  }

  /**
   * Orders an audit.
   *
   * @param order as the prover's API has it
   * @return the audit's id
   */
  String order(Map<String, Object> order) {
    return prover.post("/v1/audits", order).required("auditId").asString();
  }

  /** Waits until an audit has its verdict. */
  public JsonNode awaitVerdict(String auditId, Consumer<String> progress)
      throws InterruptedException {
    return await(
        "/v1/audits/" + auditId,
        audit -> !audit.path("verdict").asString("").isEmpty(),
        audit ->
            progress.accept(
                audit.path("keysAsked").asInt(0)
                    + " of "
                    + audit.path("keys").asInt(0)
                    + " keys asked"));
  }

  /** Waits until a case has ended and, if the host was convicted, until the reward is paid. */
  public JsonNode awaitEnd(String caseId, Consumer<String> progress) throws InterruptedException {
    return await(
        "/v1/cases/" + caseId,
        Audits::hasEnded,
        penaltyCase ->
            progress.accept(penaltyCase.required("state").asString().toLowerCase(Locale.ROOT)));
  }

  /**
   * Orders a trace.
   *
   * @param order as the prover's API has it
   * @return the trace's id
   */
  String orderTrace(Map<String, Object> order) {
    return prover.post("/v1/traces", order).required("traceId").asString();
  }

  /** Waits until a trace names somebody or nobody. */
  JsonNode awaitTrace(String traceId, Consumer<String> progress) throws InterruptedException {
    return await(
        "/v1/traces/" + traceId,
        trace -> trace.required("state").asString().equals("DONE"),
        trace ->
            progress.accept(
                trace.required("keysAsked").asInt()
                    + " of "
                    + trace.required("keys").asInt()
                    + " keys asked"));
  }

  private static boolean hasEnded(JsonNode penaltyCase) {
    return switch (penaltyCase.required("state").asString()) {
      case "CONVICTED" -> penaltyCase.path("paid").asBoolean(false);
      case "REBUTTED", "WITHDRAWN", "FAILED" -> true;
      default -> false;
    };
  }

  private JsonNode await(String path, Predicate<JsonNode> done, Consumer<JsonNode> progress)
      throws InterruptedException {
    Instant patience = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(patience)) {
      JsonNode found = prover.get(path);
      if (done.test(found)) {
        return found;
      }
      progress.accept(found);
      Thread.sleep(POLL_MILLISECONDS);
    }
    throw new CodedException(
        CliError.TIMED_OUT, path + " did not end within " + PATIENCE.toMinutes() + " minutes.");
  }
}
