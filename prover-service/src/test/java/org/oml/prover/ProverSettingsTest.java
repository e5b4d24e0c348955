package org.oml.prover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.Address;
import org.oml.prover.fixture.TestSettings;

class ProverSettingsTest {

  private static final String FIRST = "0x52908400098527886E0F7030069857D2E4169EE7";
  private static final String SECOND = "0xde709f2102306220921060314715629080e2fb77";

  @Test
  void hasTheseDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new ProverSettings(new ProverSettings.Account(null, null), List.of(), List.of()));
  }

  @Test
  void takesTheseNames() {
    ProverSettings settings =
        bind(
            Map.of(
                "oml.prover.account.keystore",
                "keys/prover.json",
                "oml.prover.account.password-file",
                "keys/prover.password",
                "oml.prover.workers",
                FIRST + "," + SECOND,
                "oml.prover.operators[0]",
                SECOND));
    assertThat(settings.account())
        .isEqualTo(
            new ProverSettings.Account(
                Path.of("keys/prover.json"), Path.of("keys/prover.password")));
    assertThat(settings.workerAccounts())
        .containsExactlyInAnyOrder(Address.parse(FIRST), Address.parse(SECOND));
    assertThat(settings.operatorAccounts()).containsExactly(Address.parse(SECOND));
  }

  @ParameterizedTest
  @CsvSource({"workers,0x12", "operators,me", "workers,'" + FIRST + ",nobody'"})
  void refusesToStartWithWhatIsNoAddress(String name, String value) {
    assertThatThrownBy(() -> bind(Map.of("oml.prover." + name, value)))
        .satisfies(
            failure ->
                assertThat(TestSettings.refusal(failure))
                    .startsWith("SERVICE_SETTING_INVALID oml.prover." + name));
  }

  private static ProverSettings bind(Map<String, String> values) {
    return TestSettings.bind("oml.prover", ProverSettings.class, values);
  }
}
