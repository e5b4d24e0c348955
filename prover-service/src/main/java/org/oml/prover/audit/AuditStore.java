package org.oml.prover.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.prover.audit.AuditPlanner.PlannedQuery;
import org.oml.prover.audit.AuditPlanner.Text;
import org.oml.prover.target.ClientProfile;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Endpoint;
import org.oml.prover.target.Outcome;
import org.oml.prover.target.Target;
import org.oml.prover.target.Transcript;
import org.oml.prover.vault.Vault;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Audits in the database. Transcripts are sealed like the keys that they hold. */
@Repository
class AuditStore {

  /** The outcome of a query that was given up because nobody answered the ones before. */
  static final String NOT_ASKED = "NOT_ASKED";

  /** The outcome of a key that was not spent because the verdict was clear. */
  static final String NOT_NEEDED = "NOT_NEEDED";

  private static final JsonMapper JSON = JsonMapper.shared();

  private final JdbcClient database;
  private final Vault vault;

  AuditStore(JdbcClient database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * What an audit is about, as it was asked for.
   *
   * @param traces whether its answers are traced in place of a verdict
   */
  record Order(
      UUID auditId,
      Bytes32 instanceId,
      Address host,
      Target target,
      String model,
      int requestsPerMinute,
      Address requestedBy,
      boolean ofHost,
      boolean traces) {}

  /**
   * @param keysAnswered how many keys were answered as the fingerprint says
   * @param receiptsMissing how many answers came without a receipt that binds the gateway
   */
  record Counts(int keysAnswered, int receiptsMissing) {}

  /**
   * An audit as it stands.
   *
   * @param keysAnswered how many keys were answered as the fingerprint says
   * @param receiptsMissing how many answers came without a receipt that binds the gateway
   * @param decidedAfter answered keys that the verdict took; null before the end
   * @param verdict null before the end
   * @param traces whether its answers are traced in place of a verdict
   */
  record Audit(
      UUID auditId,
      Bytes32 instanceId,
      Address host,
      String endpoint,
      Dialect dialect,
      @JsonIgnore ClientProfile client,
      int requestsPerMinute,
      String model,
      String state,
      int keys,
      int covers,
      int keysAsked,
      int coversAsked,
      int keysAnswered,
      int receiptsMissing,
      @Nullable Integer decidedAfter,
      @Nullable Verdict verdict,
      @Nullable String reason,
      @Nullable UUID caseId,
      Instant createdAt,
      @Nullable Instant finishedAt,
      @JsonIgnore boolean traces) {

    Target target() {
      return new Target(Endpoint.parse(endpoint), dialect, client);
    }
  }

  /**
   * A query of a plan and how far it is.
   *
   * @param attempts how often it was tried
   * @param outcome null before the last attempt
   */
  record Query(PlannedQuery planned, int attempts, @Nullable String outcome) {

    boolean isAnswered() {
      return Outcome.ANSWERED.name().equals(outcome);
    }
  }

  /** Stores an audit with its whole plan, and sets its keys apart. */
  @Transactional
  void plan(Order order, List<PlannedQuery> plan) {
    database
        .sql(
            """
            insert into audit (audit_id, instance_id, host, endpoint, dialect, client, requests_per_minute, model,
              state, requested_by, of_host, traces)
            values (?, ?, ?, ?, ?, ?, ?, ?, 'ASKING', ?, ?, ?)
            """)
        .params(
            order.auditId(),
            order.instanceId().toBytes(),
            order.host().toBytes(),
            order.target().endpoint().toString(),
            order.target().dialect().name(),
            order.target().client().name(),
            order.requestsPerMinute(),
            order.model(),
            order.requestedBy().toBytes(),
            order.ofHost(),
            order.traces())
        .update();
    for (PlannedQuery query : plan) {
      database
          .sql(
              """
              insert into audit_query (audit_id, position, kind, secret, context, pause_ms) values (?, ?, ?, ?, ?, ?)
              """)
          .params(
              order.auditId(),
              query.position(),
              query.text().name(),
              query.secret(),
              query.context(),
              query.pauseMillis())
          .update();
    }
    vault.reserve(
        order.instanceId(), order.auditId(), secrets(plan, Text.KEY), secrets(plan, Text.COVER));
  }

  /**
   * Whether an instance or an endpoint is being audited. Until the transaction ends, nobody else
   * begins to: whoever asks must hold the instance's lock.
   */
  boolean isUnderWay(Bytes32 instanceId, String endpoint) {
    database
        .sql("select pg_advisory_xact_lock(hashtextextended(?, 1))")
        .param(endpoint)
        .query()
        .singleValue();
    return database
        .sql(
            "select exists (select from audit where state = 'ASKING' and (instance_id = ? or endpoint = ?))")
        .params(instanceId.toBytes(), endpoint)
        .query(Boolean.class)
        .single();
  }

  /** Keys of an instance that audits planned since a time and asked, or may still ask. */
  int keysSince(Bytes32 instanceId, Instant time) {
    return database
        .sql(
            """
            select count(*) from audit a join audit_query q using (audit_id)
            where a.instance_id = ? and a.created_at >= ? and q.kind = 'KEY' and (q.attempts > 0 or a.state = 'ASKING')
            """)
        .params(instanceId.toBytes(), Timestamp.from(time))
        .query(Integer.class)
        .single();
  }

  List<UUID> unfinished() {
    return database
        .sql("select audit_id from audit where state <> 'DONE' order by created_at")
        .query((row, number) -> row.getObject("audit_id", UUID.class))
        .list();
  }

  Optional<Audit> find(UUID auditId) {
    return select("where a.audit_id = ?", auditId).stream().findFirst();
  }

  /** The newest audits first. */
  List<Audit> newest(int count) {
    return select("order by a.created_at desc limit ?", count);
  }

  /** The plan in its order. */
  List<Query> queries(UUID auditId) {
    return database
        .sql("select * from audit_query where audit_id = ? order by position")
        .param(auditId)
        .query(AuditStore::query)
        .list();
  }

  /**
   * Counts an attempt and spends the key, before anything leaves.
   *
   * @throws IllegalStateException if another process has made this attempt, which goes on with the
   *     audit because this one was silent for too long
   */
  @Transactional
  void aboutToAsk(Audit audit, PlannedQuery query, int attempt) {
    int counted =
        database
            .sql(
                """
                update audit_query set attempts = ? where audit_id = ? and position = ? and attempts = ?
                  and outcome is null
                """)
            .params(attempt, audit.auditId(), query.position(), attempt - 1)
            .update();
    if (counted == 0) {
      throw new IllegalStateException("Another process carries out audit " + audit.auditId());
    }
    if (query.text() == Text.KEY) {
      vault.spend(audit.instanceId(), query.secret());
    }
  }

  void answered(Audit audit, PlannedQuery query, Transcript transcript) {
    byte[] sealed =
        vault.seal(
            audit.instanceId(),
            purpose(audit.auditId(), query.position()),
            JSON.writeValueAsBytes(transcript));
    database
        .sql(
            "update audit_query set outcome = 'ANSWERED', transcript = ? where audit_id = ? and position = ?")
        .params(sealed, audit.auditId(), query.position())
        .update();
  }

  void unanswered(Audit audit, PlannedQuery query, String outcome) {
    database
        .sql("update audit_query set outcome = ? where audit_id = ? and position = ?")
        .params(outcome, audit.auditId(), query.position())
        .update();
  }

  /**
   * The answer to a query, if there is one. It is opened when its connection is given back: opening
   * takes another, and many audits at once would wait for each other's.
   */
  Optional<Transcript> transcript(Audit audit, int position) {
    Optional<byte[]> sealed =
        database
            .sql(
                "select transcript from audit_query where audit_id = ? and position = ? and transcript is not null")
            .params(audit.auditId(), position)
            .query(byte[].class)
            .optional();
    return sealed.isPresent() ? Optional.of(open(audit, position, sealed.get())) : Optional.empty();
  }

  private Transcript open(Audit audit, int position, byte[] sealed) {
    byte[] plain = vault.open(audit.instanceId(), purpose(audit.auditId(), position), sealed);
    return JSON.readValue(plain, Transcript.class);
  }

  void judged(UUID auditId, int position, KeyResult result) {
    database
        .sql("update audit_query set matched = ?, finding = ? where audit_id = ? and position = ?")
        .params(result.match().isMatch(), result.finding().name(), auditId, position)
        .update();
  }

  void allAsked(UUID auditId) {
    database
        .sql("update audit set state = 'JUDGING' where audit_id = ? and state = 'ASKING'")
        .param(auditId)
        .update();
  }

  /** Ends an audit; what it did not ask of its keys is free again. */
  @Transactional
  void done(UUID auditId, VerdictRule.Decision decision, Counts counts, @Nullable UUID caseId) {
    database
        .sql(
            """
            update audit set state = 'DONE', verdict = ?, reason = ?, decided_after = ?, keys_answered = ?,
              receipts_missing = ?, case_id = ?, finished_at = now()
            where audit_id = ? and state <> 'DONE'
            """)
        .params(
            Arrays.asList(
                decision.verdict().name(),
                decision.reason(),
                decision.taken(),
                counts.keysAnswered(),
                counts.receiptsMissing(),
                caseId,
                auditId))
        .update();
    vault.release(auditId);
  }

  private List<Audit> select(String what, Object parameter) {
    return database
        .sql(
            """
            select a.*, p.state as case_state,
              (select count(*) from audit_query q where q.audit_id = a.audit_id and kind = 'KEY') as keys,
              (select count(*) from audit_query q where q.audit_id = a.audit_id and kind = 'COVER') as covers,
              (select count(*) from audit_query q where q.audit_id = a.audit_id and kind = 'KEY' and attempts > 0) as keys_asked,
              (select count(*) from audit_query q where q.audit_id = a.audit_id and kind = 'COVER' and attempts > 0)
                as covers_asked
            from audit a left join penalty_case p on p.case_id = a.case_id
            """
                + what)
        .param(parameter)
        .query(AuditStore::audit)
        .list();
  }

  private static List<Integer> secrets(List<PlannedQuery> plan, Text text) {
    return plan.stream().filter(query -> query.text() == text).map(PlannedQuery::secret).toList();
  }

  private static String purpose(UUID auditId, int position) {
    return "transcript " + position + " of audit " + auditId;
  }

  private static Query query(ResultSet row, int number) throws SQLException {
    PlannedQuery planned =
        new PlannedQuery(
            row.getInt("position"),
            Text.valueOf(row.getString("kind")),
            row.getInt("secret"),
            row.getInt("context"),
            row.getInt("pause_ms"));
    return new Query(planned, row.getInt("attempts"), row.getString("outcome"));
  }

  private static Audit audit(ResultSet row, int number) throws SQLException {
    String verdict = row.getString("verdict");
    String client = row.getString("client");
    OffsetDateTime finishedAt = row.getObject("finished_at", OffsetDateTime.class);
    // What the receipts alone did not prove, the court may have: a conviction is a verdict.
    boolean convicted = "CONVICTED".equals(row.getString("case_state"));
    return new Audit(
        row.getObject("audit_id", UUID.class),
        Bytes32.of(row.getBytes("instance_id")),
        Address.of(row.getBytes("host")),
        row.getString("endpoint"),
        Dialect.valueOf(row.getString("dialect")),
        client == null ? ClientProfile.CURL : ClientProfile.valueOf(client),
        row.getInt("requests_per_minute"),
        row.getString("model"),
        row.getString("state"),
        row.getInt("keys"),
        row.getInt("covers"),
        row.getInt("keys_asked"),
        row.getInt("covers_asked"),
        row.getInt("keys_answered"),
        row.getInt("receipts_missing"),
        row.getObject("decided_after", Integer.class),
        convicted ? Verdict.USES_WITHOUT_PERMIT : verdict == null ? null : Verdict.valueOf(verdict),
        row.getString("reason"),
        row.getObject("case_id", UUID.class),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        finishedAt == null ? null : finishedAt.toInstant(),
        row.getBoolean("traces"));
  }
}
