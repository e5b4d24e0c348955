package org.oml.chain.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.chain.ChainError;
import org.oml.chain.deploy.DeploymentParameters.Appointments;
import org.oml.chain.deploy.DeploymentParameters.Holding;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;

class ParametersFileTest {

  private static final String NOBODY = Address.ZERO.toString();
  private static final Address TOKEN = address("01");
  private static final Address SIGNER = address("02");
  private static final Address HOLDER = address("03");

  @TempDir Path directory;

  @Test
  void theFilledTemplateIsTheUsualProduction() throws IOException {
    assertThat(ParametersFile.read(file(filled())))
        .isEqualTo(
            DeploymentParameters.production(
                TOKEN,
                new Appointments(SIGNER, Address.ZERO, Address.ZERO),
                List.of(new Holding(HOLDER, BigInteger.TEN.pow(24)))));
  }

  @Test
  void theTemplateItselfIsRefused() {
    assertRefused(ParametersFile.template(), "token");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\" : 1|\"version\" : 2|version",
        "\"PT48H\"|\"two days\"|two days",
        "\"rewardCap\"|\"rewardCup\"|rewardC",
        "\"challengerBps\" : 4000|\"challengerBps\" : null|challengerBps",
        "0x0000000000000000000000000000000000000002|0x02|0x02",
        "\"bond\" : \"10000000000000000000\",||bond",
      })
  void anythingElseIsRefused(String part, String other, String named) {
    String text = filled().replace(part, other == null ? "" : other);

    assertThat(text).isNotEqualTo(filled());
    assertRefused(text, named);
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> ParametersFile.read(directory.resolve("missing")))
        .isInstanceOfSatisfying(
            CodedException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ChainError.PARAMETERS_INVALID));
  }

  private void assertRefused(String text, String named) {
    assertThatThrownBy(() -> ParametersFile.read(file(text)))
        .hasMessageContaining(named)
        .isInstanceOfSatisfying(
            CodedException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ChainError.PARAMETERS_INVALID));
  }

  private static String filled() {
    return ParametersFile.template()
        .replaceFirst("\"token\" : \"" + NOBODY, "\"token\" : \"" + TOKEN)
        .replaceFirst("\"signer\" : \"" + NOBODY, "\"signer\" : \"" + SIGNER)
        .replaceFirst("\"holder\" : \"" + NOBODY, "\"holder\" : \"" + HOLDER);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("parameters.json"), text);
  }

  private static Address address(String end) {
    return Address.parse("0x" + "0".repeat(40 - end.length()) + end);
  }
}
