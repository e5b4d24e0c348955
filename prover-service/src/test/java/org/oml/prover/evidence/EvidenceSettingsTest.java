package org.oml.prover.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.prover.fixture.TestSettings;

class EvidenceSettingsTest {

  @Test
  void hasTheseDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new EvidenceSettings(URI.create("http://127.0.0.1:7502"), 1, Duration.ofMillis(500)));
  }

  @Test
  void takesTheseNames() {
    assertThat(
            bind(
                Map.of(
                    "oml.prover.evidence.permission-url", "https://permits.example",
                    "oml.prover.evidence.cases-per-instance", "0",
                    "oml.prover.evidence.poll", "2s")))
        .isEqualTo(
            new EvidenceSettings(URI.create("https://permits.example"), 0, Duration.ofSeconds(2)));
  }

  @ParameterizedTest
  @CsvSource({
    "permission-url,7502",
    "permission-url,ftp://127.0.0.1",
    "permission-url,http:///v1",
    "cases-per-instance,-1",
    "poll,0s"
  })
  void refusesToStartWith(String name, String value) {
    assertThatThrownBy(() -> bind(Map.of("oml.prover.evidence." + name, value)))
        .satisfies(
            failure ->
                assertThat(TestSettings.refusal(failure))
                    .startsWith("SERVICE_SETTING_INVALID oml.prover.evidence." + name));
  }

  private static EvidenceSettings bind(Map<String, String> values) {
    return TestSettings.bind("oml.prover.evidence", EvidenceSettings.class, values);
  }
}
