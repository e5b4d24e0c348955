package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A gateway that is stopped lets its answers end first. */
class StopIT extends WithGateway {

  @Test
  void answersWhatItHasBegunBeforeItStops() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    engine.gates.put("the last one", gate);
    CompletableFuture<HttpResponse<String>> answer =
        CLIENT.sendAsync(
            request("/v1/chat/completions", chat("the last one", true, "gated")),
            BodyHandlers.ofString());
    Waiting.until(() -> !engine.asked.isEmpty());

    Thread stopping = Thread.ofPlatform().start(gateway::close);
    Waiting.until(() -> stopping.getState() == Thread.State.TIMED_WAITING || !refusesNothing());
    gate.countDown();

    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(closingReceipt(answer.get())).isNotNull();
    stopping.join();
  }

  /** Whether new connections are still taken. */
  private static boolean refusesNothing() {
    try {
      get("/health");
      return true;
    } catch (Exception e) {
      return false;
    }
  }
}
