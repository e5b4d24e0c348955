package org.oml.permission.epoch;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.oml.chain.ChainError;
import org.oml.chain.Revert;
import org.oml.chain.send.Submission;
import org.oml.permission.host.ChainView;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.UsageAck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Carries what hosts acknowledged onto the chain before they are charged: the PermitLedger charges
 * no host beyond its acknowledgement and its credit. An acknowledgement that the chain does not
 * take (it has it already, or the key that signed it was replaced) holds nobody up.
 */
final class AcknowledgementCarrier {

  private static final Logger LOG = LoggerFactory.getLogger(AcknowledgementCarrier.class);

  /** In flight at a time. */
  private static final int MOST = 100;

  private record Waiting(UsageAck acknowledgement, Signature signature) {}

  private final JdbcClient database;
  private final EpochChain ledger;
  private final Supplier<ChainView> chain;
  private final SigningDomain domain;
  private final InstantSource clock;

  AcknowledgementCarrier(
      DataSource source,
      EpochChain ledger,
      Supplier<ChainView> chain,
      SigningDomain domain,
      InstantSource clock) {
    this.database = JdbcClient.create(source);
    this.ledger = ledger;
    this.chain = chain;
    this.domain = domain;
    this.clock = clock;
  }

  /**
   * Takes the acknowledgements of an epoch's hosts, and of those whose charges were refused, a step
   * further.
   *
   * @return whether all are on chain, as far as it takes them
   */
  boolean carry(Epoch epoch) {
    List<Waiting> waiting = waiting(epoch);
    int open = 0;
    for (Waiting one : waiting) {
      if (isDone(one)) {
        carried(one.acknowledgement());
      } else {
        open++;
      }
    }
    return open == 0 && waiting.size() < MOST;
  }

  private boolean isDone(Waiting waiting) {
    UsageAck ack = waiting.acknowledgement();
    Optional<Bytes32> instanceId = signedFor(waiting);
    if (instanceId.isEmpty()) {
      LOG.info("The acknowledgement of {} was signed by a key that serves no more", ack.host());
      return true;
    }
    try {
      Submission sent = ledger.acknowledge(ack, instanceId.get(), waiting.signature());
      return switch (sent.state()) {
        case FINAL, FAILED -> true;
        case PREPARED, BROADCAST, MINED -> false;
      };
    } catch (CodedException e) {
      if (e.code() != ChainError.REVERTED) {
        throw e;
      }
      String reason = Revert.in(e).map(Revert::name).orElse("");
      if (reason.equals("AcknowledgementFromFuture")) {
        return false; // the host's clock is a little ahead of the chain's
      }
      LOG.info("The chain does not take the acknowledgement of {}: {}", ack.host(), reason);
      return true;
    }
  }

  /** The instance whose gateway signed, zero for the host itself, nothing for anybody else. */
  private Optional<Bytes32> signedFor(Waiting waiting) {
    UsageAck ack = waiting.acknowledgement();
    Address signer = ack.signer(domain, waiting.signature());
    return signer.equals(ack.host())
        ? Optional.of(Bytes32.ZERO)
        : chain
            .get()
            .register()
            .instanceOf(signer, ack.host(), ack.modelId(), clock.instant().getEpochSecond());
  }

  private List<Waiting> waiting(Epoch epoch) {
    return database
        .sql(
            """
            select model_id, host, acknowledged_permits, acknowledged_charge, acknowledged_at, acknowledgement
            from host_usage where model_id = :model and acknowledged_at > carried_at and (
              host in (select host from epoch_charge where model_id = :model and epoch = :epoch)
              or host in (select host from epoch_refusal where model_id = :model))
            order by host limit :most
            """)
        .param("model", epoch.key().modelId().toBytes())
        .param("epoch", epoch.key().number())
        .param("most", MOST)
        .query(
            (row, number) ->
                new Waiting(
                    new UsageAck(
                        Bytes32.of(row.getBytes(1)),
                        Address.of(row.getBytes(2)),
                        row.getLong(3),
                        row.getBigDecimal(4).toBigIntegerExact(),
                        row.getLong(5)),
                    Signature.of(row.getBytes(6))))
        .list();
  }

  private void carried(UsageAck ack) {
    database
        .sql(
            "update host_usage set carried_at = greatest(carried_at, ?) where host = ? and model_id"
                + " = ?")
        .param(ack.at())
        .param(ack.host().toBytes())
        .param(ack.modelId().toBytes())
        .update();
  }
}
