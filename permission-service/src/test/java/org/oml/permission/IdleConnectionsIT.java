package org.oml.permission;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oml.permission.fixture.RunningService;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.fixture.TestCaller;

/**
 * Ten thousand clients that say nothing, or begin and say no more, hold nobody up; nor do large
 * batches, again and again. The service has a heap of bounded size and would end if it needed more.
 */
final class IdleConnectionsIT {

  private static final int CONNECTIONS = 10_000;
  private static final int ROUNDS = 3;
  private static final int LARGEST_BATCH = 4_096;
  private static final byte[] BEGUN =
      "POST /v1/permits HTTP/1.1\r\nHost: a\r\nContent-Length: 80\r\n".getBytes(US_ASCII);

  private static RunningService service;

  @BeforeAll
  static void start() {
    service = RunningService.startWithHeap("320m");
  }

  @AfterAll
  static void end() throws Exception {
    service.close();
  }

  @Test
  void holdNobodyUpHoweverOftenTheyCome() throws Exception {
    TestCaller gateway = service.caller(service.host().gatewayKey());
    for (int round = 0; round < ROUNDS; round++) {
      List<SocketChannel> held = new ArrayList<>();
      try {
        for (int i = 0; i < CONNECTIONS; i++) {
          held.add(open(i % 10 == 0));
        }
        assertThat(RunningService.ask(gateway, SigningKey.random().secret()).status())
            .isEqualTo(200);
      } finally {
        for (SocketChannel channel : held) {
          channel.close();
        }
      }
      assertThat(RunningService.ask(gateway, SigningKey.random().secret()).status()).isEqualTo(200);
    }
  }

  @Test
  void largeBatchesAgainAndAgainTakeNoMoreThanTheFirst() throws Exception {
    TestCaller gateway = service.caller(service.host().gatewayKey());
    List<String> hashes =
        IntStream.range(0, LARGEST_BATCH)
            .mapToObj(i -> SigningKey.random().secret().toString())
            .toList();
    for (int round = 0; round < 40; round++) {
      TestCaller.Answer answer =
          gateway.post("/v1/permits/batch", Map.of("queryHashes", hashes, "form", "merkle"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().required("permits").size()).isEqualTo(LARGEST_BATCH);
    }
  }

  private static SocketChannel open(boolean begins) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(service.url().getHost(), service.url().getPort()));
    if (begins) {
      channel.write(ByteBuffer.wrap(BEGUN));
    }
    return channel;
  }
}
