package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Several senders of one account. */
class SharedAccountIT extends SenderOnAnvil {

  @Test
  void twoSendersOfOneAccountLeaveNoGapAndSendNothingTwice() throws Exception {
    int intents = 24;
    try (TransactionSender one = sender();
        TransactionSender other = sender()) {
      one.start();
      other.start();
      List<Callable<Object>> calls = new ArrayList<>();
      for (int i = 0; i < intents; i++) {
        String key = "payment/" + i;
        calls.add(() -> one.submit(payment(key, 10)));
        calls.add(() -> other.submit(payment(key, 10)));
      }
      atOnce(calls);
      awaitAll(one, "payment/", intents);
    }

    assertPaid(10L * intents, intents);
    assertThat(nonces())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, intents).boxed().toList());
  }

  @Test
  void twoSendersMaySignTheSameIntentAtTheSameTime() throws Exception {
    chain.holdTransactions();
    TransactionSender one = sender(0);
    TransactionSender other = sender(0);
    one.submit(payment("all", 1_000_000));
    List<Callable<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(Executors.callable(one::advance));
      calls.add(Executors.callable(other::advance));
    }
    atOnce(calls);
    chain.mine(1);

    advance(one, 1);
    advance(other, 1);

    assertThat(one.find("all").orElseThrow().state()).isEqualTo(IntentState.FINAL);
    assertPaid(1_000_000, 1);
  }

  @Test
  void aRefusalSeenTooLateDoesNotFailWhatAnotherSenderSent() {
    IntentStore store = store();
    TransactionSender sender = sender(0);
    sender.submit(payment("all", 1_000_000));
    StoredIntent seenBefore = store.byKey("all").orElseThrow();
    sender.advance();

    boolean refused = store.refuse(seenBefore.id(), "ERC20InsufficientBalance()");

    assertThat(refused).isFalse();
    advance(sender, 1);
    assertThat(sender.find("all").orElseThrow().state()).isEqualTo(IntentState.FINAL);
  }

  @Test
  void aNonceIsTakenBackOnceOnly() {
    IntentStore store = store();
    TransactionSender sender = sender(0);
    chain.holdTransactions();
    sender.submit(payment("a", 10));
    sender.advance();
    StoredIntent signed = store.byKey("a").orElseThrow();

    store.unassign(signed.id(), 0); // as another sender would that saw an older nonce

    assertThat(store.byKey("a")).contains(signed);
    assertThat(attempts().of(signed.id())).hasSize(1);
  }

  private List<Long> nonces() {
    return JdbcClient.create(database)
        .sql("select nonce from chain_intent order by nonce")
        .query((row, index) -> row.getLong("nonce"))
        .list();
  }

  private static void atOnce(List<Callable<Object>> calls) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Object> call : callers.invokeAll(calls)) {
        call.get();
      }
    }
  }
}
