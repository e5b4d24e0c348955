package org.oml.prover.panel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What accounts sent for plans and panels. */
@Repository
class SentSteps {

  private final JdbcClient database;

  SentSteps(JdbcClient database) {
    this.database = database;
  }

  /** A transaction of a plan. */
  record SentStep(String step, String hash) {}

  /** Remembers a transaction, if there is one by now. */
  void add(Bytes32 planId, Address account, String step, @Nullable String hash) {
    if (hash != null) {
      database
          .sql(
              """
              insert into panel_transaction (plan_id, account, step, hash) values (?, ?, ?, ?) on conflict do nothing
              """)
          .params(planId.toBytes(), account.toBytes(), step, hash)
          .update();
    }
  }

  /** What an account sent for a plan, in order. */
  List<SentStep> transactions(Bytes32 planId, Address account) {
    return database
        .sql(
            """
            select step, hash from panel_transaction where plan_id = ? and account = ? order by recorded_at, step
            """)
        .params(planId.toBytes(), account.toBytes())
        .query((row, number) -> new SentStep(row.getString("step"), row.getString("hash")))
        .list();
  }
}
