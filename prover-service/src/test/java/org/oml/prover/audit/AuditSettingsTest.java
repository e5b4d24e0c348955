package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.prover.fixture.TestSettings;

class AuditSettingsTest {

  @Test
  void hasTheseDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new AuditSettings(
                List.of(Kind.COMPLETION, Kind.CHAT),
                8,
                Duration.ofMillis(250),
                Duration.ofSeconds(30),
                10,
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                2,
                Duration.ofMinutes(10),
                "python-requests/2.32.5"));
  }

  @Test
  void takesTheseNames() {
    Map<String, String> all = new HashMap<>();
    all.put("oml.prover.audit.kinds", "chat");
    all.put("oml.prover.audit.concurrency", "1");
    all.put("oml.prover.audit.mean-pause", "2s");
    all.put("oml.prover.audit.timeout", "3s");
    all.put("oml.prover.audit.attempts", "4");
    all.put("oml.prover.audit.first-retry", "5s");
    all.put("oml.prover.audit.longest-retry", "6s");
    all.put("oml.prover.audit.abandon-after", "7");
    all.put("oml.prover.audit.judge-patience", "8s");
    all.put("oml.prover.audit.user-agent", "curl/9");
    assertThat(bind(all))
        .isEqualTo(
            new AuditSettings(
                List.of(Kind.CHAT),
                1,
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                4,
                Duration.ofSeconds(5),
                Duration.ofSeconds(6),
                7,
                Duration.ofSeconds(8),
                "curl/9"));
  }

  @ParameterizedTest
  @CsvSource({
    "kinds,''",
    "concurrency,0",
    "mean-pause,-1s",
    "mean-pause,2h",
    "timeout,0s",
    "attempts,0",
    "first-retry,-1s",
    "longest-retry,-1s",
    "abandon-after,0",
    "judge-patience,-1s",
    "user-agent,''",
    "user-agent,ümlaut"
  })
  void refusesToStartWith(String name, String value) {
    assertThatThrownBy(() -> bind(Map.of("oml.prover.audit." + name, value)))
        .satisfies(
            failure ->
                assertThat(TestSettings.refusal(failure))
                    .startsWith("SERVICE_SETTING_INVALID oml.prover.audit." + name));
  }

  private static AuditSettings bind(Map<String, String> values) {
    return TestSettings.bind("oml.prover.audit", AuditSettings.class, values);
  }
}
