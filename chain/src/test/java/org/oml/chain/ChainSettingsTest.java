package org.oml.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ChainSettingsTest {

  private static final URI NODE = URI.create("http://127.0.0.1:7545");
  private static final Path FILE = Path.of("addresses.json");
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aDevelopmentChainIsLookedAtOftenAndOneBlockIsFinal() {
    assertThat(ChainSettings.development(NODE, FILE))
        .isEqualTo(
            new ChainSettings(
                NODE,
                FILE,
                Duration.ofMillis(250),
                1,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30)));
  }

  @Test
  void noFinalityDepthIsAllowed() {
    assertThat(new ChainSettings(NODE, FILE, SECOND, 0, SECOND, SECOND).finalityDepth()).isZero();
  }

  @Test
  void aSettingOutOfRangeIsRefusedByItsName() {
    assertRefused(
        () -> new ChainSettings(NODE, FILE, SECOND, -1, SECOND, SECOND),
        "oml.chain.finality-depth");
    assertRefused(
        () -> new ChainSettings(NODE, FILE, Duration.ZERO, 1, SECOND, SECOND),
        "oml.chain.poll-interval");
    assertRefused(
        () -> new ChainSettings(NODE, FILE, SECOND, 1, Duration.ofSeconds(-1), SECOND),
        "oml.chain.request-timeout");
    assertRefused(
        () -> new ChainSettings(NODE, FILE, SECOND, 1, SECOND, Duration.ZERO),
        "oml.chain.bump-after");
  }

  private static void assertRefused(ThrowingCallable call, String name) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + " ");
  }
}
