package org.oml.permission.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;

/** Sells blank permits in a transaction of their own: they are bought seldom, and many at once. */
final class BlankSales {

  private static final String FIND =
      "select "
          + PermitRows.COLUMNS
          + " from blank_purchase as sold join permit on permit.issued_at = sold.issued_at"
          + " and permit.serial between sold.first_serial and sold.first_serial + sold.count - 1"
          + " where sold.host = ? and sold.request_id = ? order by permit.serial";

  private static final String SELL =
      """
      insert into blank_purchase (host, request_id, instance_id, first_serial, count, issued_at)
      values (?, ?, ?, ?, ?, ?)
      """;

  private final Connection connection;

  /**
   * @param connection within a transaction of its own
   */
  BlankSales(Connection connection) {
    this.connection = connection;
  }

  /**
   * @return those on record for the request
   * @throws CodedException when the host cannot have all of them
   */
  List<IssuedPermit> sell(PermitOrder order, Bytes32 requestId) throws SQLException {
    LedgerTransaction transaction = new LedgerTransaction(connection, ClosedParts.NONE, 0);
    transaction.hold(order.account());
    List<IssuedPermit> sold = soldBefore(order.account(), requestId);
    if (!sold.isEmpty()) {
      return sold;
    }
    List<IssuedPermit> fresh = new ArrayList<>();
    for (Line line : transaction.record(List.of(order)).getFirst()) {
      switch (line) {
        case Line.Fresh(IssuedPermit permit) -> fresh.add(permit);
        case Line.Refused(var reason, String detail) -> throw new CodedException(reason, detail);
        case Line.Stored stored ->
            throw new IllegalStateException("a blank permit has no key to be found by");
      }
    }
    note(fresh, requestId);
    return fresh;
  }

  private List<IssuedPermit> soldBefore(Account account, Bytes32 requestId) throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(FIND)) {
      find.setBytes(1, account.host().toBytes());
      find.setBytes(2, requestId.toBytes());
      List<IssuedPermit> sold = new ArrayList<>();
      try (ResultSet rows = find.executeQuery()) {
        while (rows.next()) {
          sold.add(PermitRows.read(rows).alone().orElseThrow());
        }
      }
      return sold;
    }
  }

  private void note(List<IssuedPermit> fresh, Bytes32 requestId) throws SQLException {
    Permit first = fresh.getFirst().permit();
    try (PreparedStatement sell = connection.prepareStatement(SELL)) {
      sell.setBytes(1, first.host().toBytes());
      sell.setBytes(2, requestId.toBytes());
      sell.setBytes(3, first.instanceId().toBytes());
      sell.setLong(4, first.serial());
      sell.setInt(5, fresh.size());
      sell.setLong(6, first.issuedAt());
      sell.executeUpdate();
    }
  }
}
