package org.oml.prover.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.fixture.TestSettings;

class VaultSettingsTest {

  @TempDir Path directory;

  @Test
  void hasTheseDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new VaultSettings(
                null, Duration.ofDays(7), Duration.ofDays(14), 12, Duration.ofMinutes(5)));
  }

  @Test
  void takesTheseNames() {
    assertThat(
            bind(
                Map.of(
                    "oml.prover.vault.key-file", "secrets/vault.hex",
                    "oml.prover.vault.rate-window", "2d",
                    "oml.prover.vault.warn-before", "3d",
                    "oml.prover.vault.warn-below", "4",
                    "oml.prover.vault.ask-every", "6s")))
        .isEqualTo(
            new VaultSettings(
                Path.of("secrets/vault.hex"),
                Duration.ofDays(2),
                Duration.ofDays(3),
                4,
                Duration.ofSeconds(6)));
  }

  @ParameterizedTest
  @CsvSource({"rate-window,23h", "warn-before,-1s", "warn-below,-1", "ask-every,0s"})
  void refusesToStartWith(String name, String value) {
    assertThatThrownBy(() -> bind(Map.of("oml.prover.vault." + name, value)))
        .satisfies(
            failure ->
                assertThat(TestSettings.refusal(failure))
                    .startsWith("SERVICE_SETTING_INVALID oml.prover.vault." + name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "zz", "0x", "00 00"})
  void refusesAKeyFileOfAnotherForm(String end) throws Exception {
    Path file = directory.resolve("vault.hex");
    Files.writeString(file, "5e".repeat(31) + end.repeat(end.equals("00") ? 2 : 1));
    assertThatThrownBy(() -> KeyFile.load(file))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProverError.VAULT_KEY_INVALID);
              assertThat(e.getMessage()).doesNotContain("5e");
            });
  }

  @Test
  void refusesAKeyFileThatIsNotThere() {
    assertThatThrownBy(() -> KeyFile.load(directory.resolve("missing.hex")))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(ProverError.VAULT_KEY_INVALID));
  }

  private static VaultSettings bind(Map<String, String> values) {
    return TestSettings.bind("oml.prover.vault", VaultSettings.class, values);
  }
}
