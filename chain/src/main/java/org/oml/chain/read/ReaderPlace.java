package org.oml.chain.read;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where a reader is, in the database. */
final class ReaderPlace {

  /** Blocks that are remembered: a reorganisation deeper than this stops the reader. */
  private static final long REMEMBERED = 256;

  private static final String CURRENT =
      "select block_number, block_hash from chain_cursor where reader = :reader";

  private final JdbcClient database;
  private final String reader;

  ReaderPlace(JdbcClient database, String reader) {
    this.database = database;
    this.reader = reader;
  }

  Optional<Place> find() {
    return database.sql(CURRENT).param("reader", reader).query(ReaderPlace::place).optional();
  }

  /** Keeps other processes' readers of this name waiting until the transaction ends. */
  Optional<Place> lock() {
    database
        .sql("select pg_advisory_xact_lock(hashtextextended('chain-reader/' || :reader, 0))")
        .param("reader", reader)
        .query(row -> {});
    return find();
  }

  /** Locks, and says whether the reader still is where it was thought to be. */
  boolean lockedAt(@Nullable Place expected) {
    return lock().equals(Optional.ofNullable(expected));
  }

  void advance(long number, Bytes32 hash) {
    set(number, hash);
    database
        .sql(
            "insert into chain_block (reader, block_number, block_hash) values (:reader, :number, :hash)")
        .param("reader", reader)
        .param("number", number)
        .param("hash", hash.toBytes())
        .update();
    database
        .sql("delete from chain_block where reader = :reader and block_number < :oldest")
        .param("reader", reader)
        .param("oldest", number - REMEMBERED)
        .update();
  }

  void goBack(Place common) {
    set(common.number(), common.hash());
    database
        .sql("delete from chain_block where reader = :reader and block_number > :number")
        .param("reader", reader)
        .param("number", common.number())
        .update();
  }

  /** As if nothing had been read. */
  void forget() {
    database.sql("delete from chain_block where reader = :reader").param("reader", reader).update();
    database
        .sql("delete from chain_cursor where reader = :reader")
        .param("reader", reader)
        .update();
  }

  /** Newest first. */
  List<Place> recent() {
    return database
        .sql(
            "select block_number, block_hash from chain_block where reader = :reader order by block_number desc")
        .param("reader", reader)
        .query(ReaderPlace::place)
        .list();
  }

  private void set(long number, Bytes32 hash) {
    database
        .sql(
            "insert into chain_cursor (reader, block_number, block_hash) values (:reader, :number, :hash)"
                + " on conflict (reader) do update set block_number = excluded.block_number, block_hash = excluded.block_hash")
        .param("reader", reader)
        .param("number", number)
        .param("hash", hash.toBytes())
        .update();
  }

  private static Place place(ResultSet row, int index) throws SQLException {
    return new Place(row.getLong("block_number"), Bytes32.of(row.getBytes("block_hash")));
  }
}
