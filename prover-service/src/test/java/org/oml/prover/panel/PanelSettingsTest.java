package org.oml.prover.panel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.prover.fixture.TestSettings;

class PanelSettingsTest {

  private static final String ACCOUNT = "0x52908400098527886E0F7030069857D2E4169EE7";

  @Test
  void hasTheseDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new PanelSettings(
                false, List.of(), Duration.ofSeconds(5), 10, Duration.ofDays(7), 6, 6, 0.5));
  }

  @Test
  void takesTheseNames() {
    assertThat(
            bind(
                Map.of(
                    "oml.prover.panel.seat", "true",
                    "oml.prover.panel.peers[0].account", ACCOUNT,
                    "oml.prover.panel.peers[0].url", "https://prover.example",
                    "oml.prover.panel.poll", "1s",
                    "oml.prover.panel.missing-answers", "0",
                    "oml.prover.panel.missing-within", "1d",
                    "oml.prover.panel.questions-per-member", "4",
                    "oml.prover.panel.covers-per-member", "0",
                    "oml.prover.panel.spread", "0")))
        .isEqualTo(
            new PanelSettings(
                true,
                List.of(new PanelSettings.Peer(ACCOUNT, URI.create("https://prover.example"))),
                Duration.ofSeconds(1),
                0,
                Duration.ofDays(1),
                4,
                0,
                0));
  }

  @ParameterizedTest
  @CsvSource({
    "poll,0s",
    "missing-answers,-1",
    "missing-within,0d",
    "questions-per-member,0",
    "questions-per-member,15",
    "covers-per-member,101",
    "spread,0.6"
  })
  void refusesToStartWith(String name, String value) {
    requireRefused(Map.of("oml.prover.panel." + name, value), name);
  }

  @ParameterizedTest
  @CsvSource({"0x12,https://prover.example,account", ACCOUNT + ",prover.example,url"})
  void refusesToStartWithAPeerThatIsNone(String account, String url, String name) {
    requireRefused(
        Map.of("oml.prover.panel.peers[0].account", account, "oml.prover.panel.peers[0].url", url),
        "peers." + name);
  }

  private static void requireRefused(Map<String, String> values, String name) {
    assertThatThrownBy(() -> bind(values))
        .satisfies(
            failure ->
                assertThat(TestSettings.refusal(failure))
                    .startsWith("SERVICE_SETTING_INVALID oml.prover.panel." + name));
  }

  private static PanelSettings bind(Map<String, String> values) {
    return TestSettings.bind("oml.prover.panel", PanelSettings.class, values);
  }
}
