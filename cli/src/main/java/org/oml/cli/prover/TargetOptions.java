package org.oml.cli.prover;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a target is asked. */
final class TargetOptions {

  /** The interfaces that a prover speaks. */
  enum Dialect {
    openai,
    ollama,
    tgi
  }

  @Option(
      names = "--keys",
      defaultValue = "6",
      description = "keys that may be spent (${DEFAULT-VALUE})")
  private int keys = 6;

  @Option(
      names = "--covers",
      defaultValue = "12",
      description = "harmless questions among them (${DEFAULT-VALUE})")
  private int covers = 12;

  @Option(
      names = "--interface",
      defaultValue = "openai",
      description = "what the target speaks: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
  private Dialect dialect = Dialect.openai;

  @Option(
      names = "--requests-per-minute",
      paramLabel = "N",
      description = "to the target at most (the prover's setting)")
  private @Nullable Integer requestsPerMinute;

  @Option(
      names = "--of-host",
      description = {
        "the endpoint is the host's own, for which you vouch:",
        "answers without receipts may take it to a panel (case N)"
      })
  private boolean ofHost;

  /** The members that an order and a schedule have in common. */
  Map<String, Object> order(String instanceId, String endpoint) {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("instanceId", instanceId);
    order.put("endpoint", endpoint);
    order.put("keys", keys);
    order.put("covers", covers);
    order.put("ofHost", ofHost);
    order.put("dialect", dialect.name().toUpperCase(Locale.ROOT));
    if (requestsPerMinute != null) {
      order.put("requestsPerMinute", requestsPerMinute);
    }
    return order;
  }

  int keys() {
    return keys;
  }
}
