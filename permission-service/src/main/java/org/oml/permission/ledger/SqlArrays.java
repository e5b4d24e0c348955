package org.oml.permission.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Columns of many rows, as parameters. */
final class SqlArrays {

  private SqlArrays() {}

  static Array bytes(Connection connection, byte[][] values) throws SQLException {
    return connection.createArrayOf("bytea", values);
  }

  static Array numbers(Connection connection, long[] values) throws SQLException {
    return connection.createArrayOf("bigint", Arrays.stream(values).boxed().toArray(Long[]::new));
  }

  static Array amounts(Connection connection, List<BigInteger> values) throws SQLException {
    return connection.createArrayOf(
        "numeric", values.stream().map(BigDecimal::new).toArray(BigDecimal[]::new));
  }
}
