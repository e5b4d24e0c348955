package org.oml.permission.epoch;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the PermitLedger refused of charges, because a host had not acknowledged so much and had no
 * more credit. It is charged again with a later epoch, as far as the host's headroom has room for
 * it beside everything else that is charged.
 */
final class RefusedCharges {

  private static final Logger LOG = LoggerFactory.getLogger(RefusedCharges.class);

  /** What was refused and is in no later charge. */
  private static final String OUTSTANDING =
      """
      select host, sum(amount) as amount from (
        select model_id, host, amount from epoch_refusal
        union all select model_id, host, -carried from epoch_charge where carried > 0) as moved
      where model_id = ? group by host having sum(amount) > 0 order by host
      """;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final EpochStore epochs;
  private final SettledLedger ledger;

  RefusedCharges(DataSource source, EpochStore epochs, SettledLedger ledger) {
    this.database = JdbcClient.create(source);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    this.epochs = epochs;
    this.ledger = ledger;
  }

  /** Reads what was refused of epochs that are charged, as soon as that is final. */
  void learn() {
    for (Epoch epoch : epochs.withUnknownRefusals()) {
      Optional<Map<Address, BigInteger>> refused =
          epoch.charges() == 0 ? Optional.of(Map.of()) : ledger.refused(epoch);
      refused.ifPresent(
          amounts -> transaction.executeWithoutResult(status -> keep(epoch, amounts)));
    }
  }

  private void keep(Epoch epoch, Map<Address, BigInteger> refused) {
    refused.forEach(
        (host, amount) -> {
          LOG.warn("The chain refused {} of {} in epoch {}", amount, host, epoch.key());
          database
              .sql(
                  "insert into epoch_refusal (model_id, epoch, host, amount) values (?, ?, ?, ?) on"
                      + " conflict do nothing")
              .param(epoch.key().modelId().toBytes())
              .param(epoch.key().number())
              .param(host.toBytes())
              .param(new BigDecimal(amount))
              .update();
        });
    epochs.refusalsKnown(epoch);
  }

  /**
   * What the next epoch of a model charges again.
   *
   * @param own what its hosts are charged for its permits
   */
  Map<Address, BigInteger> due(Bytes32 modelId, Map<Address, BigInteger> own) {
    Map<Address, BigInteger> due = new TreeMap<>();
    outstanding(modelId)
        .forEach(
            (host, amount) -> {
              BigInteger room =
                  headroom(modelId, host)
                      .subtract(underWay(modelId, host))
                      .subtract(own.getOrDefault(host, BigInteger.ZERO));
              BigInteger again = amount.min(room);
              if (again.signum() > 0) {
                due.put(host, again);
              }
            });
    return due;
  }

  /** An epoch is closed whether or not the chain answers; what it carries has time. */
  private BigInteger headroom(Bytes32 modelId, Address host) {
    try {
      return ledger.headroom(modelId, host);
    } catch (CodedException e) {
      LOG.info("What {} was refused waits for the next epoch: {}", host, e.getMessage());
      return BigInteger.ZERO;
    }
  }

  private Map<Address, BigInteger> outstanding(Bytes32 modelId) {
    Map<Address, BigInteger> outstanding = new TreeMap<>();
    database
        .sql(OUTSTANDING)
        .param(modelId.toBytes())
        .query(
            row -> {
              outstanding.put(
                  Address.of(row.getBytes(1)), row.getBigDecimal(2).toBigIntegerExact());
            });
    return outstanding;
  }

  /** Charges of which it is not known yet what the chain took. */
  private BigInteger underWay(Bytes32 modelId, Address host) {
    return database
        .sql(
            """
            select coalesce(sum(charged.amount), 0) from epoch
              join epoch_charge as charged on charged.model_id = epoch.model_id and charged.epoch = epoch.number
            where not epoch.refusals_known and epoch.model_id = ? and charged.host = ?
            """)
        .param(modelId.toBytes())
        .param(host.toBytes())
        .query(BigDecimal.class)
        .single()
        .toBigIntegerExact();
  }
}
