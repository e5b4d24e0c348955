package org.oml.chain.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.fixture.FailingNode;
import org.oml.chain.fixture.FailingNode.Fate;
import org.oml.chain.fixture.Polling;
import org.oml.chain.fixture.TestChain;
import org.oml.chain.fixture.TestDatabase;
import org.oml.contracts.binding.PaymentToken;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The reader on a real chain and a real database; it reads the transfers of a token. */
class EventReaderIT {

  private static final Address RECIPIENT = SigningKey.random().address();

  @TempDir Path directory;
  private TestChain chain;
  private DataSource database;
  private SigningKey owner;
  private Address token;
  private long firstBlock;
  private final List<Long> rollbacks = new ArrayList<>();

  @BeforeEach
  void start() {
    chain = TestChain.start(directory);
    owner = chain.account();
    token = chain.deployToken(owner);
    firstBlock = chain.head().number() + 1;
    database = TestDatabase.fresh();
    JdbcClient.create(database)
        .sql(
            "create table seen (number bigint generated always as identity, block bigint, amount"
                + " bigint)")
        .update();
  }

  @AfterEach
  void stop() {
    chain.close();
  }

  @Test
  void readsEveryEventFromTheFirstBlockOnInTheChainsOrder() {
    pay(1);
    firstBlock = chain.head().number() + 1;
    pay(2);
    chain.mine(3);
    pay(3);
    payInOneBlock(4, 5, 6);

    reader(0).readAvailable();

    assertThat(seen()).containsExactly(2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void readsOnlyWhatItsContractsEmit() {
    Address other = chain.deployToken(owner);
    chain.send(
        owner,
        other,
        chain
            .client()
            .bind(PaymentToken::load, other)
            .transfer(RECIPIENT.toString(), BigInteger.TEN));
    chain.send(
        owner,
        token,
        chain
            .client()
            .bind(PaymentToken::load, token)
            .approve(RECIPIENT.toString(), BigInteger.TEN));
    pay(1);

    reader(0).readAvailable();

    assertThat(seen()).containsExactly(1L);
  }

  @Test
  void saysWhereAnEventIs() {
    pay(1);
    List<EventPosition> positions = new ArrayList<>();
    EventReader reader =
        builder(0)
            .on(
                token,
                PaymentToken.TRANSFER_EVENT,
                PaymentToken::getTransferEventFromLog,
                (event, position) -> positions.add(position))
            .build();

    reader.readAvailable();

    assertThat(positions).hasSize(1);
    EventPosition position = positions.getFirst();
    assertThat(position.block()).isEqualTo(chain.head().number());
    assertThat(position.blockHash()).isEqualTo(chain.head().hash());
    assertThat(chain.client().receipt(position.transactionHash())).isPresent();
    assertThat(position.logIndex()).isZero();
  }

  @Test
  void goesOnAtItsPlaceAfterAStop() {
    pay(1);
    try (EventReader stopped = reader(0)) {
      assertThat(stopped.lastBlock()).isEmpty();
      stopped.readAvailable();
      assertThat(stopped.lastBlock()).contains(chain.head().number());
    }
    pay(2);

    reader(0).readAvailable();

    assertThat(seen()).containsExactly(1L, 2L);
  }

  @Test
  void readersOfAnotherNameHaveAnotherPlace() {
    pay(1);
    reader(0).readAvailable();

    transfers(
            EventReader.named("other", database, chain.client(), chain.settings(0))
                .from(firstBlock))
        .build()
        .readAvailable();

    assertThat(seen()).containsExactly(1L, 1L);
  }

  @Test
  void anEventWhoseHandlerFailsComesAgainAndLeavesNothingBehind() {
    payInOneBlock(1, 2, 3);
    int[] failures = {2};
    EventReader reader =
        builder(0)
            .on(
                token,
                PaymentToken.TRANSFER_EVENT,
                PaymentToken::getTransferEventFromLog,
                (event, position) -> {
                  record(event, position);
                  if (event.value.longValueExact() == 2 && failures[0]-- > 0) {
                    throw new IllegalStateException("the handler fails");
                  }
                })
            .build();

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(reader::readAvailable).hasMessage("the handler fails");
      assertThat(seen()).isEmpty();
    }
    reader.readAvailable();

    assertThat(seen()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aHandlerThatFailsDoesNotEndAReaderOfItsOwnThread() {
    pay(1);
    int[] failures = {1};
    try (EventReader reader =
        builder(0)
            .on(
                token,
                PaymentToken.TRANSFER_EVENT,
                PaymentToken::getTransferEventFromLog,
                (event, position) -> {
                  if (failures[0]-- > 0) {
                    throw new NoSuchMethodError("as of a jar of another version");
                  }
                  record(event, position);
                })
            .start()) {
      Polling.until("it is read", () -> reader.lastBlock().isPresent());
    }

    assertThat(seen()).containsExactly(1L);
  }

  @Test
  void severalReadersOfOneNameHandleEachEventOnce() throws Exception {
    for (long i = 1; i <= 8; i++) {
      pay(i);
    }
    readByFourAtOnce();

    assertThat(seen()).containsExactlyElementsOf(LongStream.rangeClosed(1, 8).boxed().toList());
  }

  @Test
  void readsABlockOnlyWithEnoughBlocksOnTop() {
    pay(1);
    EventReader reader = reader(3);
    chain.mine(2);
    reader.readAvailable();
    assertThat(seen()).isEmpty();

    chain.mine(1);
    reader.readAvailable();

    assertThat(seen()).containsExactly(1L);
    assertThat(reader.lastBlock()).contains(chain.head().number() - 3);
  }

  @Test
  void aReorganisationWithinTheFinalityDepthIsNotEvenSeen() {
    pay(1);
    chain.mine(3);
    EventReader reader = reader(2);
    reader.readAvailable();
    chain.reorganise(2);
    pay(2);
    chain.mine(2);

    reader.readAvailable();

    assertThat(seen()).containsExactly(1L, 2L);
    assertThat(rollbacks).isEmpty();
  }

  @Test
  void takesBackWhatAReorganisationUndidAndReadsWhatCameInstead() {
    pay(1);
    EventReader reader = reader(0);
    reader.readAvailable();
    long kept = chain.head().number();
    pay(2);
    pay(3);
    reader.readAvailable();
    chain.reorganise(2);
    pay(4);

    reader.readAvailable();

    assertThat(seen()).containsExactly(1L, 4L);
    assertThat(rollbacks).containsExactly(kept + 1);
    assertThat(reader.lastBlock()).contains(chain.head().number());
  }

  @Test
  void aReorganisationWhileItWasStoppedIsFoundWhenItStartsAgain() {
    pay(1);
    pay(2);
    reader(0).readAvailable();
    chain.reorganise(1);
    pay(3);

    reader(0).readAvailable();

    assertThat(seen()).containsExactly(1L, 3L);
  }

  @Test
  void aReorganisationOfEverythingThatWasReadStartsAnew() {
    pay(1);
    pay(2);
    EventReader reader = reader(0);
    reader.readAvailable();
    chain.reorganise(2);
    pay(3);

    reader.readAvailable();

    assertThat(seen()).containsExactly(3L);
    assertThat(rollbacks).containsExactly(firstBlock);
  }

  @Test
  void severalReadersOfOneNameTakeAReorganisationBackOnce() throws Exception {
    pay(1);
    pay(2);
    reader(0).readAvailable();
    chain.reorganise(1);
    pay(3);

    readByFourAtOnce();

    assertThat(seen()).containsExactly(1L, 3L);
    assertThat(rollbacks).hasSize(1);
  }

  @Test
  void readsManyBlocksAtOnceWhereTheyAreOld() {
    pay(1);
    chain.mine(1010);
    pay(2);
    chain.mine(100);
    pay(3);
    EventReader reader = reader(1);

    reader.readAvailable();
    assertThat(seen()).containsExactly(1L, 2L);
    chain.mine(1);
    reader.readAvailable();

    assertThat(seen()).containsExactly(1L, 2L, 3L);
    assertThat(reader.lastBlock()).contains(chain.head().number() - 1);
  }

  @Test
  void asksForFewerBlocksWhereTheNodeDoesNotAnswerForSoMany() {
    pay(1);
    chain.mine(300);
    pay(2);
    chain.mine(100);
    List<Integer> refusals = new ArrayList<>(List.of(1, 2, 3));
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), Duration.ofSeconds(10))) {
      node.decide(
          method ->
              method.equals("eth_getLogs") && !refusals.isEmpty() && refusals.removeFirst() > 0
                  ? Fate.REFUSED
                  : Fate.ANSWERED);

      transfers(EventReader.named("test", database, client, chain.settings(0)).from(firstBlock))
          .build()
          .readAvailable();
    }

    assertThat(seen()).containsExactly(1L, 2L);
    assertThat(refusals).isEmpty();
  }

  @Test
  void aChainThatWasStartedAnewIsNotRead(@TempDir Path elsewhere) {
    pay(1);
    reader(0).readAvailable();

    try (TestChain another = chain.anew(elsewhere)) {
      another.mine(20);
      EventReader misled =
          transfers(
                  EventReader.named("test", database, another.client(), another.settings(0))
                      .from(firstBlock))
              .build();

      assertThatThrownBy(misled::readAvailable)
          .isInstanceOfSatisfying(
              CodedException.class, stop -> assertThat(stop.code()).isEqualTo(ChainError.REPLACED));
    }

    assertThat(seen()).containsExactly(1L);
    assertThat(rollbacks).isEmpty();
  }

  @Test
  void aReorganisationDeeperThanItsMemoryStopsIt() {
    pay(1);
    chain.mine(200);
    pay(2);
    EventReader reader = reader(0);
    reader.readAvailable();
    chain.reorganise(150);

    assertThatThrownBy(reader::readAvailable)
        .isInstanceOfSatisfying(
            CodedException.class,
            stop -> assertThat(stop.code()).isEqualTo(ChainError.REORG_TOO_DEEP));

    assertThat(seen()).containsExactly(1L, 2L);
    assertThat(rollbacks).isEmpty();
  }

  @Test
  void outlivesANodeThatIsAwayForAWhile() {
    pay(1);
    try (EventReader reader = transfers(builder(0)).start()) {
      Polling.until("the first is read", () -> seen().equals(List.of(1L)));
      chain.awaitStored();
      chain.kill();
      assertThatThrownBy(reader::readAvailable)
          .isInstanceOfSatisfying(
              CodedException.class,
              away -> assertThat(away.code()).isEqualTo(ChainError.UNREACHABLE));
      chain.startAgain();
      pay(2);

      Polling.until("the second is read", () -> seen().size() == 2);
    }

    assertThat(seen()).containsExactly(1L, 2L);
  }

  @Test
  void readsNothingMoreOnceItIsClosed() {
    EventReader reader = transfers(builder(0)).start();
    reader.close();
    pay(1);

    reader.readAvailable();

    assertThat(seen()).isEmpty();
  }

  private EventReader reader(int finalityDepth) {
    return transfers(builder(finalityDepth)).build();
  }

  private EventReader.Builder builder(int finalityDepth) {
    return EventReader.named("test", database, chain.client(), chain.settings(finalityDepth))
        .from(firstBlock);
  }

  private EventReader.Builder transfers(EventReader.Builder builder) {
    return builder
        .on(token, PaymentToken.TRANSFER_EVENT, PaymentToken::getTransferEventFromLog, this::record)
        .onRollback(this::forget);
  }

  private void record(PaymentToken.TransferEventResponse event, EventPosition position) {
    JdbcClient.create(database)
        .sql("insert into seen (block, amount) values (:block, :amount)")
        .param("block", position.block())
        .param("amount", event.value.longValueExact())
        .update();
  }

  private void forget(long firstLost) {
    synchronized (rollbacks) {
      rollbacks.add(firstLost);
    }
    JdbcClient.create(database)
        .sql("delete from seen where block >= :block")
        .param("block", firstLost)
        .update();
  }

  private List<Long> seen() {
    return JdbcClient.create(database)
        .sql("select amount from seen order by number")
        .query((row, index) -> row.getLong("amount"))
        .list();
  }

  private void pay(long amount) {
    chain.send(
        owner,
        token,
        chain
            .client()
            .bind(PaymentToken::load, token)
            .transfer(RECIPIENT.toString(), BigInteger.valueOf(amount)));
  }

  private void readByFourAtOnce() throws Exception {
    try (ExecutorService processes = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Object> reading = Executors.callable(() -> reader(0).readAvailable());
      for (Future<Object> read : processes.invokeAll(Collections.nCopies(4, reading))) {
        read.get();
      }
    }
  }

  private void payInOneBlock(long... amounts) {
    chain.holdTransactions();
    for (int i = 0; i < amounts.length; i++) {
      chain.send(
          owner,
          chain.nonce(owner.address()) + i,
          token,
          chain
              .client()
              .bind(PaymentToken::load, token)
              .transfer(RECIPIENT.toString(), BigInteger.valueOf(amounts[i])));
    }
    chain.mine(1);
    chain.mineTransactions();
  }
}
