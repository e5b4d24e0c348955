package org.oml.gateway.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which headers go through the gateway: all that concern the two ends, none that concern a
 * connection or the protocol.
 */
public final class PassedHeaders {

  /** RFC 9110, section 7.6.1, with what the two HTTP stacks write on their own. */
  private static final Set<String> OF_A_CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "date",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "server",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private PassedHeaders() {}

  /**
   * Whether a client's header is sent to the engine. Compression is not asked for: the receipt is
   * over the text.
   */
  public static boolean toEngine(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return passes(lower) && !lower.equals("accept-encoding");
  }

  /** Whether a header of the engine's answer is sent to the client. */
  public static boolean toClient(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return passes(lower) && !lower.startsWith(":");
  }

  /** What a client's Connection header says is of the connection as well (RFC 9110, 7.6.1). */
  static Set<String> nominated(Map<String, List<String>> headers) {
    return headers.entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("connection"))
        .flatMap(header -> header.getValue().stream())
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  private static boolean passes(String lower) {
    return !OF_A_CONNECTION.contains(lower) && !lower.startsWith("oml-");
  }
}
