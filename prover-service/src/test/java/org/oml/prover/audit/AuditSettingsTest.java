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
import org.oml.prover.target.ClientProfile;

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
                Duration.ofMinutes(10),
                2,
                600,
                Duration.ofMinutes(10),
                Duration.ofSeconds(5),
                List.of(
                    ClientProfile.CURL,
                    ClientProfile.REQUESTS,
                    ClientProfile.HTTPX,
                    ClientProfile.OPENAI_PYTHON),
                0.9,
                0.01,
                0.01));
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
    all.put("oml.prover.audit.longest-wait", "9s");
    all.put("oml.prover.audit.requests-per-minute", "10");
    all.put("oml.prover.audit.heartbeat", "11s");
    all.put("oml.prover.audit.clients", "httpx");
    all.put("oml.prover.audit.faithful", "0.8");
    all.put("oml.prover.audit.wrong-use", "0.001");
    all.put("oml.prover.audit.wrong-clearance", "0.002");
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
                Duration.ofSeconds(9),
                7,
                10,
                Duration.ofSeconds(8),
                Duration.ofSeconds(11),
                List.of(ClientProfile.HTTPX),
                0.8,
                0.001,
                0.002));
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
    "longest-wait,-1s",
    "requests-per-minute,0",
    "heartbeat,99ms",
    "clients,''",
    "faithful,0.5",
    "faithful,1",
    "wrong-use,0",
    "wrong-use,0.5",
    "wrong-clearance,0",
    "wrong-clearance,0.5"
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
