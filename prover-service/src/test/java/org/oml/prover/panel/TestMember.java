package org.oml.prover.panel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainSettings;
import org.oml.chain.send.SenderLimits;
import org.oml.chain.send.TransactionSender;
import org.oml.chain.send.TransactionSigner;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SigningKey;
import org.oml.prover.audit.AuditSettings;
import org.oml.prover.fixture.TestPlatform;
import org.oml.prover.fixture.TestSettings;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.panel.Seat.State;
import org.oml.prover.target.HttpAsker;
import org.oml.servicekit.peer.Peer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Another prover that takes a seat and asks the plans of the one under test: its classes with an
 * account of its own. It keeps what it has in the same tables, where rows belong to accounts.
 */
final class TestMember implements AutoCloseable {

  /** Deeper than what the tests reorganise. */
  static final int FINALITY_DEPTH = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_MILLISECONDS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(TestMember.class);

  final SigningKey account;
  final ContractPanels chain;
  final SeatStore seats;
  private final TransactionSender sender;
  private final ChainClient client;
  private final SeatWorker worker;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  TestMember(TestPlatform world, SigningKey account, DataSource database, ChainRecords records) {
    this.account = account;
    client = ChainClient.connect(world.platform().chain().rpcUrl(), PATIENCE);
    ChainSettings settings =
        new ChainSettings(
            world.platform().chain().rpcUrl(),
            world.platform().settings().addresses(),
            Duration.ofMillis(200),
            FINALITY_DEPTH,
            PATIENCE,
            Duration.ofSeconds(30));
    sender =
        new TransactionSender(
            database,
            client,
            new TransactionSigner(account, client.chainId()),
            settings,
            SenderLimits.DEFAULT,
            null);
    JdbcClient sql = JdbcClient.create(database);
    chain = new ContractPanels(client, sender, world.community().addresses());
    seats = new SeatStore(sql, new OpenSeal());
    PanelSettings.Peer peer =
        new PanelSettings.Peer(world.account.address().toString(), world.url());
    PanelSettings panel =
        TestSettings.bind(
            "oml.prover.panel",
            PanelSettings.class,
            Map.of("oml.prover.panel.seat", "true", "oml.prover.panel.spread", "0"));
    AuditSettings audits =
        TestSettings.bind(
            "oml.prover.audit", AuditSettings.class, Map.of("oml.prover.audit.mean-pause", "10ms"));
    SeatSteps steps =
        new SeatSteps(
            seats,
            new SentSteps(sql),
            chain,
            new Witness(account, records, chain),
            new HttpAsker(Duration.ofSeconds(5), Clock.systemUTC()),
            audits,
            panel,
            Clock.systemUTC());
    worker =
        new SeatWorker(
            seats,
            steps,
            chain,
            Map.of(peer, new HttpPlanSource(new Peer(world.url(), account))),
            true);
    thread = Thread.ofVirtual().name("member " + account.address()).unstarted(this::run);
  }

  void start() {
    sender.start();
    thread.start();
  }

  /** Does no more for a plan. */
  void fallSilent(Bytes32 planId) {
    seats.unfinished(account.address()).stream()
        .filter(seat -> seat.planId().equals(planId))
        .forEach(seat -> seats.end(account.address(), seat, State.FAILED, null, null));
    assertThat(seats.unfinished(account.address())).noneMatch(seat -> seat.planId().equals(planId));
  }

  private void run() {
    try {
      do {
        advance();
      } while (!closing.await(PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void advance() {
    try {
      worker.advance();
      worker.ask();
    } catch (RuntimeException e) {
      LOG.warn("A round of a member failed; the next one goes on", e);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sender.close();
    client.close();
  }
}
