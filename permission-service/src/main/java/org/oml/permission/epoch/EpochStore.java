package org.oml.permission.epoch;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Charge;
import org.oml.protocol.ChargeList;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Epochs and their charges in PostgreSQL. */
final class EpochStore {

  private final JdbcClient database;

  EpochStore(DataSource source) {
    this.database = JdbcClient.create(source);
  }

  /**
   * A charge as it is stored.
   *
   * @param charge that is settled
   * @param carried the part of its amount that was refused of earlier charges
   */
  record StoredCharge(Charge charge, BigInteger carried) {}

  /**
   * Adds an epoch; the caller's transaction holds the fence.
   *
   * @param carried the parts of the charges that were refused of earlier ones
   */
  void add(
      Epoch.Key key,
      Epoch.Content content,
      ChargeList charges,
      Map<Address, BigInteger> carried,
      long closedAt) {
    database
        .sql(
            """
            insert into epoch (model_id, number, from_time, until_time, permit_root, charge_head, count, total, charges,
              closed_at, state)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'CLOSED')
            """)
        .param(key.modelId().toBytes())
        .param(key.number())
        .param(content.from())
        .param(content.until())
        .param(content.permitRoot().toBytes())
        .param(content.chargeHead().toBytes())
        .param(content.count())
        .param(new BigDecimal(content.total()))
        .param(charges.charges().size())
        .param(closedAt)
        .update();
    for (int place = 0; place < charges.charges().size(); place++) {
      Charge charge = charges.charges().get(place);
      database
          .sql(
              "insert into epoch_charge (model_id, epoch, place, host, permits, amount, carried)"
                  + " values (?, ?, ?, ?, ?, ?, ?)")
          .param(key.modelId().toBytes())
          .param(key.number())
          .param(place)
          .param(charge.host().toBytes())
          .param(charge.count())
          .param(new BigDecimal(charge.amount()))
          .param(new BigDecimal(carried.getOrDefault(charge.host(), BigInteger.ZERO)))
          .update();
    }
  }

  /** Keeps the nodes of an epoch's tree, unless they are there. */
  void keepTree(Epoch.Key key, EpochTree tree) {
    List<EpochTree.Node> nodes = tree.nodes();
    for (int place = 0; place < nodes.size(); place++) {
      EpochTree.Node node = nodes.get(place);
      database
          .sql(
              "insert into epoch_node (model_id, epoch, place, first_serial, last_serial, node)"
                  + " values (?, ?, ?, ?, ?, ?) on conflict do nothing")
          .param(key.modelId().toBytes())
          .param(key.number())
          .param(place)
          .param(node.firstSerial())
          .param(node.lastSerial())
          .param(node.hash().toBytes())
          .update();
    }
  }

  /** The nodes of an epoch's tree; empty if it has no permits, or was cut by an earlier version. */
  Optional<EpochTree> tree(Epoch.Key key) {
    List<EpochTree.Node> nodes =
        database
            .sql(
                "select first_serial, last_serial, node from epoch_node where model_id = ? and"
                    + " epoch = ? order by place")
            .param(key.modelId().toBytes())
            .param(key.number())
            .query(
                (row, number) ->
                    new EpochTree.Node(row.getLong(1), row.getLong(2), Bytes32.of(row.getBytes(3))))
            .list();
    return nodes.isEmpty() ? Optional.empty() : Optional.of(new EpochTree(nodes));
  }

  /** The models that have epochs. */
  List<Bytes32> models() {
    return database
        .sql("select distinct model_id from epoch order by model_id")
        .query((row, number) -> Bytes32.of(row.getBytes(1)))
        .list();
  }

  Optional<Epoch> find(Epoch.Key key) {
    return database
        .sql("select * from epoch where model_id = ? and number = ?")
        .param(key.modelId().toBytes())
        .param(key.number())
        .query((row, number) -> read(row))
        .optional();
  }

  /** The newest epoch of a model. */
  Optional<Epoch> last(Bytes32 modelId) {
    return database
        .sql("select * from epoch where model_id = ? order by number desc limit 1")
        .param(modelId.toBytes())
        .query((row, number) -> read(row))
        .optional();
  }

  /**
   * The newest epochs of all models, newest first.
   *
   * @param most how many
   */
  List<Epoch> recent(int most) {
    return database
        .sql("select * from epoch order by until_time desc, model_id limit ?")
        .param(most)
        .query((row, number) -> read(row))
        .list();
  }

  /** Of each model the oldest epoch that is not charged yet: the next waits for it. */
  List<Epoch> next() {
    return database
        .sql(
            "select distinct on (model_id) * from epoch where state <> 'CHARGED' order by model_id,"
                + " number")
        .query((row, number) -> read(row))
        .list();
  }

  /** In the order in which they are settled. */
  ChargeList charges(Epoch.Key key) {
    return new ChargeList(storedCharges(key).stream().map(StoredCharge::charge).toList());
  }

  /** As they are stored. */
  List<StoredCharge> storedCharges(Epoch.Key key) {
    return database
        .sql(
            "select host, permits, amount, carried from epoch_charge where model_id = ? and epoch"
                + " = ? order by place")
        .param(key.modelId().toBytes())
        .param(key.number())
        .query(
            (row, number) ->
                new StoredCharge(
                    new Charge(
                        Address.of(row.getBytes(1)),
                        row.getLong(2),
                        row.getBigDecimal(3).toBigIntegerExact()),
                    row.getBigDecimal(4).toBigIntegerExact()))
        .list();
  }

  /**
   * The root of an epoch is in a final block; an epoch without charges needs no more.
   *
   * @param transaction that posted it, if this service did
   */
  void posted(Epoch epoch, long postedAt, @Nullable Bytes32 transaction) {
    database
        .sql(
            """
            update epoch set state = case when charges = 0 then 'CHARGED' else 'POSTED' end, posted_at = ?,
              post_transaction = ?
            where model_id = ? and number = ? and state = 'CLOSED'
            """)
        .param(postedAt)
        .param(transaction == null ? null : transaction.toBytes())
        .param(epoch.key().modelId().toBytes())
        .param(epoch.key().number())
        .update();
  }

  /** So many charges from the first on are settled in final blocks. */
  void settled(Epoch epoch, int settled) {
    database
        .sql(
            """
            update epoch set settled = :settled, state = case when charges = :settled then 'CHARGED' else state end
            where model_id = :model and number = :number and state = 'POSTED' and settled < :settled
            """)
        .param("settled", settled)
        .param("model", epoch.key().modelId().toBytes())
        .param("number", epoch.key().number())
        .update();
  }

  /** The oldest charged epochs of which it is not known yet what the chain refused. */
  List<Epoch> withUnknownRefusals() {
    return database
        .sql(
            "select * from epoch where not refusals_known and state = 'CHARGED' order by model_id,"
                + " number limit 20")
        .query((row, number) -> read(row))
        .list();
  }

  /** Everything that was refused of an epoch's charges is on record. */
  void refusalsKnown(Epoch epoch) {
    database
        .sql("update epoch set refusals_known = true where model_id = ? and number = ?")
        .param(epoch.key().modelId().toBytes())
        .param(epoch.key().number())
        .update();
  }

  /** A transaction for an epoch failed for good: the next one has another key. */
  void failed(Epoch epoch) {
    database
        .sql(
            "update epoch set attempt = attempt + 1 where model_id = ? and number = ? and attempt ="
                + " ?")
        .param(epoch.key().modelId().toBytes())
        .param(epoch.key().number())
        .param(epoch.progress().attempt())
        .update();
  }

  private static Epoch read(ResultSet row) throws SQLException {
    long postedAt = row.getLong("posted_at");
    boolean isPosted = !row.wasNull();
    byte[] transaction = row.getBytes("post_transaction");
    return new Epoch(
        new Epoch.Key(Bytes32.of(row.getBytes("model_id")), row.getLong("number")),
        new Epoch.Content(
            row.getLong("from_time"),
            row.getLong("until_time"),
            Bytes32.of(row.getBytes("permit_root")),
            Bytes32.of(row.getBytes("charge_head")),
            row.getLong("count"),
            row.getBigDecimal("total").toBigIntegerExact()),
        row.getInt("charges"),
        row.getLong("closed_at"),
        new Epoch.Progress(
            EpochState.valueOf(row.getString("state")),
            row.getInt("settled"),
            row.getInt("attempt"),
            isPosted ? postedAt : null,
            transaction == null ? null : Bytes32.of(transaction)));
  }
}
