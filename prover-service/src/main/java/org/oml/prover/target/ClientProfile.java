package org.oml.prover.target;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Clients that people use, by the headers that they send. One audit keeps to one of them, as one
 * user does.
 */
public enum ClientProfile {
  CURL("curl/8.14.1", Map.of("Accept", "*/*")),
  REQUESTS("python-requests/2.32.5", Map.of("Accept", "*/*", "Accept-Encoding", "gzip, deflate")),
  HTTPX("python-httpx/0.28.1", Map.of("Accept", "*/*", "Accept-Encoding", "gzip, deflate")),
  OPENAI_PYTHON(
      "OpenAI/Python 1.109.1",
      Map.of(
          "Accept", "application/json",
          "Accept-Encoding", "gzip, deflate",
          "Authorization", "Bearer sk-no-key-required",
          "X-Stainless-Lang", "python",
          "X-Stainless-Package-Version", "1.109.1",
          "X-Stainless-OS", "Linux",
          "X-Stainless-Arch", "x64",
          "X-Stainless-Runtime", "CPython",
          "X-Stainless-Runtime-Version", "3.12.11",
          "X-Stainless-Async", "false"));

  @SuppressWarnings("ImmutableEnumChecker") // Map.copyOf gives one that does not change.
  private final Map<String, String> headers;

  ClientProfile(String userAgent, Map<String, String> others) {
    Map<String, String> all = new LinkedHashMap<>(others);
    all.put("User-Agent", userAgent);
    headers = Map.copyOf(all);
  }

  /** Headers of each of its requests, beside those that describe the body. */
  public Map<String, String> headers() {
    return headers;
  }
}
