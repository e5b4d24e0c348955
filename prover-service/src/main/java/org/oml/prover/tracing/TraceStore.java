package org.oml.prover.tracing;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.tracing.Suspect;
import org.oml.protocol.tracing.Trace;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Traces in the database, beside the audits that ask for them. */
@Repository
class TraceStore {

  private static final int SHOWN = 5;

  private final JdbcClient database;

  TraceStore(JdbcClient database) {
    this.database = database;
  }

  /**
   * An instance before a trace; {@link Suspect} says what the numbers are.
   *
   * @param host whose instance it is
   */
  record Suspected(
      Bytes32 instanceId,
      Address host,
      int agreements,
      int score,
      double probability,
      double corrected,
      boolean named) {}

  /**
   * A trace as it stands.
   *
   * @param instanceId one of the code's, whose place in the vault the keys have
   * @param falseAccusation probability of naming an innocent instance this time, at most
   * @param asked keys with an answer of any kind; null before the end
   * @param answered keys that were answered with one of the code's responses; null before the end
   * @param instances which could have been named; null before the end
   * @param suspects those that are named, or else the most suspicious, these first
   */
  record Traced(
      UUID traceId,
      Bytes32 instanceId,
      String endpoint,
      String state,
      int keys,
      int keysAsked,
      double falseAccusation,
      @Nullable Integer asked,
      @Nullable Integer answered,
      @Nullable Integer instances,
      @Nullable String verdict,
      @Nullable String reason,
      Instant createdAt,
      @Nullable Instant finishedAt,
      List<Suspected> suspects) {}

  /** How often an endpoint was traced. */
  int before(String endpoint) {
    return database
        .sql(
            "select count(*) from trace t join audit a on a.audit_id = t.trace_id where a.endpoint = ?")
        .param(endpoint)
        .query(Integer.class)
        .single();
  }

  void insert(UUID traceId, double falseAccusation) {
    database
        .sql("insert into trace (trace_id, false_accusation) values (?, ?)")
        .params(traceId, falseAccusation)
        .update();
  }

  double falseAccusation(UUID traceId) {
    return database
        .sql("select false_accusation from trace where trace_id = ?")
        .param(traceId)
        .query(Double.class)
        .single();
  }

  /** Keeps what a trace came to; of those that are not named, the most suspicious alone. */
  @Transactional
  void conclude(UUID traceId, Trace trace) {
    database
        .sql("update trace set asked = ?, answered = ?, instances = ? where trace_id = ?")
        .params(trace.asked(), trace.answered(), trace.suspects().size(), traceId)
        .update();
    for (int i = 0; i < trace.suspects().size(); i++) {
      Suspect suspect = trace.suspects().get(i);
      if (i < SHOWN || suspect.named()) {
        insert(traceId, suspect);
      }
    }
  }

  private void insert(UUID traceId, Suspect suspect) {
    database
        .sql(
            """
            insert into trace_suspect (trace_id, instance_id, agreements, score, probability, corrected, named)
            values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing
            """)
        .params(
            traceId,
            suspect.instance().toBytes(),
            suspect.agreements(),
            suspect.score(),
            suspect.probability(),
            suspect.corrected(),
            suspect.named())
        .update();
  }

  Optional<Traced> find(UUID traceId) {
    return select("where t.trace_id = ?", traceId).stream().findFirst();
  }

  /** The newest traces first. */
  List<Traced> newest(int count) {
    return select("order by a.created_at desc limit ?", count);
  }

  private List<Traced> select(String what, Object parameter) {
    return database
        .sql(
            """
            select t.*, a.instance_id, a.endpoint, a.state, a.verdict, a.reason, a.created_at, a.finished_at,
              (select count(*) from audit_query q where q.audit_id = a.audit_id and kind = 'KEY') as keys,
              (select count(*) from audit_query q where q.audit_id = a.audit_id and kind = 'KEY' and attempts > 0) as keys_asked
            from trace t join audit a on a.audit_id = t.trace_id
            """
                + what)
        .param(parameter)
        .query(this::traced)
        .list();
  }

  private List<Suspected> suspects(UUID traceId) {
    return database
        .sql(
            """
            select s.*, i.host from trace_suspect s join vault_instance i using (instance_id)
            where s.trace_id = ? order by s.score desc, s.instance_id
            """)
        .param(traceId)
        .query(
            (row, number) ->
                new Suspected(
                    Bytes32.of(row.getBytes("instance_id")),
                    Address.of(row.getBytes("host")),
                    row.getInt("agreements"),
                    row.getInt("score"),
                    row.getDouble("probability"),
                    row.getDouble("corrected"),
                    row.getBoolean("named")))
        .list();
  }

  private Traced traced(ResultSet row, int number) throws SQLException {
    UUID traceId = row.getObject("trace_id", UUID.class);
    OffsetDateTime finishedAt = row.getObject("finished_at", OffsetDateTime.class);
    return new Traced(
        traceId,
        Bytes32.of(row.getBytes("instance_id")),
        row.getString("endpoint"),
        row.getString("state"),
        row.getInt("keys"),
        row.getInt("keys_asked"),
        row.getDouble("false_accusation"),
        row.getObject("asked", Integer.class),
        row.getObject("answered", Integer.class),
        row.getObject("instances", Integer.class),
        row.getString("verdict"),
        row.getString("reason"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        finishedAt == null ? null : finishedAt.toInstant(),
        suspects(traceId));
  }
}
