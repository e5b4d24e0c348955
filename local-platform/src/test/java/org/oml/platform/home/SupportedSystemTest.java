package org.oml.platform.home;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.oml.protocol.CodedException;

class SupportedSystemTest {

  @Test
  void acceptsLinuxOnIntelWithGlibc() {
    assertThatCode(() -> SupportedSystem.require("Linux", "amd64", true))
        .doesNotThrowAnyException();
  }

  @Test
  void saysInASentenceWhatItIsAndWhatItNeeds() {
    refuses("Mac OS X", "aarch64", true, "this is Mac OS X on aarch64.");
    refuses("Linux", "aarch64", true, "this is Linux on aarch64.");
    refuses("Linux", "amd64", false, "this is Linux on amd64 without glibc.");
  }

  private static void refuses(String system, String architecture, boolean glibc, String sentence) {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> SupportedSystem.require(system, architecture, glibc))
        .withMessageContaining(sentence)
        .withMessageContaining("Linux x86-64 with glibc");
  }
}
