package org.oml.chain.simulation;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.ChainSettings;
import org.oml.chain.read.EventPosition;
import org.oml.chain.read.EventReader;
import org.oml.chain.send.Intent;
import org.oml.chain.send.SenderOnAClock;
import org.oml.chain.send.Submission;
import org.oml.chain.send.TransactionSender;
import org.oml.contracts.binding.PaymentToken;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.ErrorCode;
import org.oml.protocol.SigningKey;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A process with a sender and a reader: when it dies, the next one has the database alone. */
final class SimulatedProcess {

  /** What a node that fails makes of a step; the step is taken again. */
  private static final Set<ErrorCode> PASSING =
      Set.of(ChainError.UNREACHABLE, ChainError.REFUSED, ChainError.HISTORY_MISSING);

  /**
   * What all processes of a run have in common.
   *
   * @param reader the name of the reader
   */
  record Common(
      SigningKey key,
      Address contract,
      ChainSettings sending,
      ChainSettings reading,
      String reader,
      InstantSource clock) {}

  private final Common common;
  private final Machine machine;
  private final SimulatedNode node;
  private final SplittableRandom random;
  private Faults faults = Faults.NONE;
  private TransactionSender sender;
  private EventReader reader;
  private JdbcClient database;
  private boolean busy;
  private int deaths;

  SimulatedProcess(Common common, Machine machine, SimulatedNode node, SplittableRandom random)
      throws SQLException {
    this.common = common;
    this.machine = machine;
    this.node = node;
    this.random = random;
    machine.attach(node);
    DataSource own = machine.connection().reborn(this::dies);
    this.database = JdbcClient.create(own);
    ChainClient client = ChainClient.connect(machine);
    this.sender = sender(own, client);
    this.reader = reader(own, client);
  }

  void setFaults(Faults faults) {
    this.faults = faults;
    node.setFaults(faults);
  }

  int deaths() {
    return deaths;
  }

  void deliverDelayed() {
    node.deliverDelayed();
  }

  /**
   * @return whether it is known from now on
   */
  boolean submit(Intent intent) {
    return attempt(() -> isKept(intent)).orElse(false);
  }

  private boolean isKept(Intent intent) {
    try {
      sender.submit(intent);
      return true;
    } catch (CodedException e) {
      if (e.code() != ChainError.REVERTED) {
        throw e;
      }
      return false;
    }
  }

  void send() {
    attempt(
        () -> {
          sender.advance();
          return true;
        });
  }

  void read() {
    attempt(
        () -> {
          reader.readAvailable();
          return true;
        });
  }

  Optional<Submission> find(String key) {
    return sender.find(key);
  }

  Optional<Long> lastBlock() {
    return reader.lastBlock();
  }

  JdbcClient database() {
    return database;
  }

  private <T> Optional<T> attempt(Supplier<T> step) {
    if (busy) {
      return Optional.empty();
    }
    busy = true;
    try {
      return Optional.of(step.get());
    } catch (ProcessDeath death) {
      deaths++;
      beginAgain();
      return Optional.empty();
    } catch (CodedException e) {
      if (!PASSING.contains(e.code())) {
        throw e;
      }
      return Optional.empty();
    } finally {
      busy = false;
    }
  }

  private void beginAgain() {
    Faults before = faults;
    setFaults(Faults.NONE);
    try {
      DataSource own = machine.connection().reborn(this::dies);
      database = JdbcClient.create(own);
      ChainClient client = ChainClient.connect(machine);
      sender = sender(own, client);
      reader = reader(own, client);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } finally {
      setFaults(before);
    }
  }

  private boolean dies() {
    return faults.death() > 0 && random.nextDouble() < faults.death();
  }

  private TransactionSender sender(DataSource own, ChainClient client) {
    return SenderOnAClock.of(own, client, common.key(), common.sending(), common.clock());
  }

  private EventReader reader(DataSource own, ChainClient client) {
    return EventReader.named(common.reader(), own, client, common.reading())
        .from(1)
        .on(
            common.contract(),
            PaymentToken.TRANSFER_EVENT,
            PaymentToken::getTransferEventFromLog,
            this::record)
        .onRollback(this::forget)
        .build();
  }

  private void record(PaymentToken.TransferEventResponse event, EventPosition position) {
    database
        .sql(
            "insert into seen (reader, block, log_index, id) values (:reader, :block, :index, :id)")
        .param("reader", common.reader())
        .param("block", position.block())
        .param("index", position.logIndex())
        .param("id", event.value.longValueExact())
        .update();
  }

  private void forget(long firstLost) {
    database
        .sql("delete from seen where reader = :reader and block >= :block")
        .param("reader", common.reader())
        .param("block", firstLost)
        .update();
  }
}
