package org.oml.permission.ledger;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/** Which accounts have looked which query hashes up. */
final class LookupNotes {

  private static final String NOTE =
      """
      insert into permit_lookup (account, query_hash, looked_up_at, permits)
      select ?, ?, ?, ?
      where (select count(*) from permit_lookup where account = ? and query_hash <> ?) < ?
      on conflict (account, query_hash) do update set permits = excluded.permits
      """;

  private final Connection connection;

  /**
   * @param connection within a transaction of its own
   */
  LookupNotes(Connection connection) {
    this.connection = connection;
  }

  /** An account's lookups wait for each other, so that it gets no more by asking many at once. */
  boolean note(Address account, Bytes32 queryHash, long most, int permits, long at)
      throws SQLException {
    try (PreparedStatement turn = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
      turn.setLong(1, ByteBuffer.wrap(account.toBytes()).getLong());
      turn.execute();
    }
    try (PreparedStatement note = connection.prepareStatement(NOTE)) {
      note.setBytes(1, account.toBytes());
      note.setBytes(2, queryHash.toBytes());
      note.setLong(3, at);
      note.setInt(4, permits);
      note.setBytes(5, account.toBytes());
      note.setBytes(6, queryHash.toBytes());
      note.setLong(7, most);
      return note.executeUpdate() == 1;
    }
  }
}
