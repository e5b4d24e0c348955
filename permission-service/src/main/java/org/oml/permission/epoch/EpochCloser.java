package org.oml.permission.epoch;

import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.oml.permission.ledger.EpochFence;
import org.oml.permission.ledger.EpochPermits;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Charge;
import org.oml.protocol.ChargeList;
import org.oml.protocol.Permit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Closes epochs: puts the fence behind them and cuts their permits from the ledger, for each model
 * that has some. Whatever dies between the two, the next look goes on. One process at a time.
 */
final class EpochCloser {

  private static final Logger LOG = LoggerFactory.getLogger(EpochCloser.class);

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final EpochFence fence;
  private final EpochPermits permits;
  private final EpochStore epochs;
  private final RefusedCharges refused;
  private final EpochSettings settings;
  private final Duration heartbeat;
  private final InstantSource clock;

  private record Cut(long fence, long until) {}

  /** What hosts pay for permits that are added one by one. */
  private static final class Bill {

    private final Map<Address, Charge> charges = new TreeMap<>();

    void add(Permit permit) {
      charges.merge(
          permit.host(),
          new Charge(permit.host(), 1, permit.price()),
          (sum, one) ->
              new Charge(sum.host(), sum.count() + one.count(), sum.amount().add(one.amount())));
    }

    /** Without a permit, for what was refused earlier. */
    void add(Address host, BigInteger amount) {
      charges.merge(
          host,
          new Charge(host, 0, amount),
          (sum, more) -> new Charge(host, sum.count(), sum.amount().add(amount)));
    }

    Map<Address, BigInteger> amounts() {
      Map<Address, BigInteger> amounts = new TreeMap<>();
      charges.forEach((host, charge) -> amounts.put(host, charge.amount()));
      return amounts;
    }

    ChargeList list() {
      return new ChargeList(new ArrayList<>(charges.values()));
    }
  }

  /**
   * @param refused what is charged again
   * @param heartbeat after which a model without permits gets an empty epoch, so that its operator
   *     does not count as silent
   */
  EpochCloser(
      DataSource source,
      EpochStore epochs,
      RefusedCharges refused,
      EpochSettings settings,
      Duration heartbeat,
      InstantSource clock) {
    this.database = JdbcClient.create(source);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    this.fence = new EpochFence(source);
    this.permits = new EpochPermits(source);
    this.epochs = epochs;
    this.refused = refused;
    this.settings = settings;
    this.heartbeat = heartbeat;
    this.clock = clock;
  }

  /** Closes what is due. */
  void close() {
    long until = clock.instant().minus(settings.grace()).getEpochSecond();
    Cut last = cut();
    if (isDue(last, until)) {
      fence.moveTo(until);
    }
    Cut due = cut();
    if (due.until() < due.fence()) {
      transaction.executeWithoutResult(status -> cutAll(due.fence()));
    }
  }

  private Cut cut() {
    return database
        .sql("select until_time, cut_until from epoch_fence")
        .query((row, number) -> new Cut(row.getLong(1), row.getLong(2)))
        .single();
  }

  /** An epoch that is closed for its size is as long as the grace: so much is always open. */
  private boolean isDue(Cut last, long until) {
    long length = until - last.fence();
    return length >= settings.period().toSeconds()
        || (length >= settings.grace().toSeconds() && openPermits() >= settings.permits());
  }

  private long openPermits() {
    return database
        .sql(
            "select (select coalesce(sum(permits), 0) from host_usage) - (select"
                + " coalesce(sum(count), 0) from epoch)")
        .query(Long.class)
        .single();
  }

  private void cutAll(long until) {
    for (Bytes32 modelId : models()) {
      cut(modelId, until);
    }
    database.sql("update epoch_fence set cut_until = ?").param(until).update();
  }

  private List<Bytes32> models() {
    return database
        .sql("select distinct model_id from host_usage order by model_id")
        .query((row, number) -> Bytes32.of(row.getBytes(1)))
        .list();
  }

  private void cut(Bytes32 modelId, long until) {
    Optional<Epoch> last = epochs.last(modelId);
    long from = last.map(epoch -> epoch.content().until()).orElse(0L);
    EpochTree.Builder tree = new EpochTree.Builder();
    Bill bill = new Bill();
    permits.forEach(
        modelId,
        from,
        until,
        permit -> {
          tree.add(permit);
          bill.add(permit);
        });
    if (tree.count() == 0 && !isQuietForLong(last)) {
      return;
    }
    // An epoch without permits has no charges.
    Map<Address, BigInteger> carried =
        tree.count() == 0 ? Map.of() : refused.due(modelId, bill.amounts());
    carried.forEach(bill::add);
    ChargeList charges = bill.list();
    Epoch.Key key = new Epoch.Key(modelId, last.map(epoch -> epoch.key().number()).orElse(0L) + 1);
    Optional<EpochTree> permitTree =
        tree.count() == 0 ? Optional.empty() : Optional.of(tree.build());
    Bytes32 root = permitTree.map(EpochTree::root).orElse(Bytes32.ZERO);
    BigInteger total = charges.total();
    epochs.add(
        key,
        new Epoch.Content(from, until, root, charges.head(), tree.count(), total),
        charges,
        carried,
        now());
    permitTree.ifPresent(made -> epochs.keepTree(key, made));
    LOG.info("Epoch {} is closed: {} permits, {}", key, tree.count(), total);
  }

  private boolean isQuietForLong(Optional<Epoch> last) {
    return last.isPresent() && last.get().closedAt() + heartbeat.toSeconds() <= now();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
