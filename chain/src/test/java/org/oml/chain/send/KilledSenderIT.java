package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.oml.chain.fixture.Polling;
import org.oml.chain.fixture.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The sender's whole process is killed, again and again, while blocks are taken back. */
class KilledSenderIT extends SenderOnAnvil {

  private static final int PAYMENTS = 24;

  @Test
  void aKilledProcessLosesNothingAndSendsNothingTwice() throws Exception {
    SplittableRandom random = new SplittableRandom(20_261_125);
    for (int round = 0; round < 4; round++) {
      long before = count("chain_attempt");
      Process process = startProcess();
      try {
        long enough = Math.min(before + 1 + random.nextInt(6), PAYMENTS);
        Polling.until("some are signed", () -> count("chain_attempt") >= enough);
      } finally {
        kill(process);
      }
      chain.reorganise(1);
    }
    try (TransactionSender last =
        new TransactionSender(database, chain.client(), owner, chain.settings(2))) {
      for (int i = 0; i < PAYMENTS; i++) {
        last.submit(payment("payment/" + i, 10));
      }
      last.start();
      Polling.until(
          "all are final",
          () -> {
            chain.mine(1);
            return open() == 0;
          });
    }

    assertPaid(10L * PAYMENTS, PAYMENTS);
    assertThat(nonces())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, PAYMENTS).boxed().toList());
  }

  private Process startProcess() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            SenderProcess.class.getName(),
            TestDatabase.url(database),
            chain.rpcUrl().toString(),
            owner.secret().toString(),
            token.toString(),
            RECIPIENT.toString(),
            Integer.toString(PAYMENTS))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** SIGKILL. */
  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  private long open() {
    return count("chain_intent where state not in ('FINAL', 'FAILED')");
  }

  private List<Long> nonces() {
    return JdbcClient.create(database)
        .sql("select nonce from chain_intent order by nonce")
        .query((row, index) -> row.getLong("nonce"))
        .list();
  }
}
