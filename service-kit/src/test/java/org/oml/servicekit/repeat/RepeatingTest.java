package org.oml.servicekit.repeat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RepeatingTest {

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @Test
  void goesOnAfterAFailureAndEndsWhenStopped() throws InterruptedException {
    Repeating repeating =
        new Repeating("test", Duration.ofMillis(1), this::fail, e -> seen.add("heard"));
    assertThat(repeating.isRunning()).isFalse();
    repeating.start();
    assertThat(repeating.isRunning()).isTrue();
    for (int round = 0; round < 3; round++) {
      assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("round");
      assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("heard");
    }
    repeating.stop();
    assertThat(repeating.isRunning()).isFalse();
    seen.clear();
    assertThat(seen.poll(50, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void doesNotSleepThroughAStop() {
    Repeating repeating =
        new Repeating("test", Duration.ofDays(1), () -> seen.add("round"), e -> {});
    repeating.start();
    repeating.stop();
    assertThat(repeating.isRunning()).isFalse();
  }

  private void fail() {
    seen.add("round");
    throw new IllegalStateException("a round fails");
  }
}
