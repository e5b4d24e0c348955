package org.oml.prover.evidence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Transcript;
import org.oml.prover.vault.Vault;
import org.oml.servicekit.wire.WireForms;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Cases in the database. Each change of state names the state that it leaves, so that a step that
 * is done twice changes nothing the second time.
 */
@Repository
class CaseStore {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(WireForms.module()).build();

  /** Cases with something left to do. */
  private static final String UNFINISHED =
      """
      state in ('COMMITTING', 'COMMITTED', 'REVEALING', 'REVEALED', 'FINALISING')
        or (state in ('CONVICTED', 'REBUTTED') and not paid and not given_up)
      """;

  private final JdbcClient database;
  private final Vault vault;

  CaseStore(JdbcClient database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /** What is sent first, and how the court will call the case. */
  record Commitment(Bytes32 commitment, Bytes32 nonce, Bytes32 courtCase) {}

  /** On which answer of which audit a case rests. */
  record Origin(UUID auditId, int queryPosition, PublishedInstance instance) {}

  /** A transaction of a case. */
  record SentTransaction(String step, String hash) {}

  /**
   * What the permission service said.
   *
   * @param chainTime of the newest block then, in epoch seconds
   * @param result NONE, NOT_COVERING or FOUND
   */
  record Lookup(Instant at, long chainTime, String result, List<String> permits) {}

  /**
   * Opens a case unless as many as allowed are open for the instance.
   *
   * @return the case, or the one that this answer has already
   */
  @Transactional
  Optional<UUID> open(
      Origin origin, Claim claim, Transcript transcript, Commitment made, int allowed) {
    Bytes32 instanceId = origin.instance().instanceId();
    CaseKind kind = kind(claim);
    lock(instanceId);
    Optional<UUID> present =
        database
            .sql(
                """
                select case_id from penalty_case where court_case = ?
                  or (audit_id = ? and query_position = ? and kind = ?) limit 1
                """)
            .params(
                made.courtCase().toBytes(), origin.auditId(), origin.queryPosition(), kind.name())
            .query(UUID.class)
            .optional();
    if (present.isPresent() || openCases(instanceId) >= allowed) {
      return present;
    }
    UUID caseId = UUID.randomUUID();
    database
        .sql(
            """
            insert into penalty_case (case_id, kind, audit_id, query_position, instance_id, host, state, evidence,
              transcript, commitment, nonce, court_case)
            values (?, ?, ?, ?, ?, ?, 'COMMITTING', ?, ?, ?, ?, ?)
            """)
        .params(
            caseId,
            kind.name(),
            origin.auditId(),
            origin.queryPosition(),
            instanceId.toBytes(),
            origin.instance().host().toBytes(),
            vault.seal(instanceId, purpose(caseId), JSON.writeValueAsBytes(claim)),
            vault.seal(instanceId, transcriptPurpose(caseId), JSON.writeValueAsBytes(transcript)),
            made.commitment().toBytes(),
            made.nonce().toBytes(),
            made.courtCase().toBytes())
        .update();
    return Optional.of(caseId);
  }

  private static CaseKind kind(Claim claim) {
    return switch (claim) {
      case Evidence evidence -> CaseKind.R;
      case DoubleUse doubleUse -> CaseKind.E;
    };
  }

  List<PenaltyCase> unfinished() {
    return database
        .sql("select * from penalty_case where " + UNFINISHED + " order by opened_at")
        .query(CaseStore::read)
        .list();
  }

  /** The newest cases first. */
  List<PenaltyCase> newest(int count) {
    return database
        .sql("select * from penalty_case order by opened_at desc limit ?")
        .param(count)
        .query(CaseStore::read)
        .list();
  }

  Optional<PenaltyCase> find(UUID caseId) {
    return database
        .sql("select * from penalty_case where case_id = ?")
        .param(caseId)
        .query(CaseStore::read)
        .optional();
  }

  Claim claim(PenaltyCase penaltyCase) {
    byte[] plain =
        vault.open(
            penaltyCase.instanceId(),
            purpose(penaltyCase.caseId()),
            sealed(penaltyCase, "evidence").orElseThrow());
    return switch (penaltyCase.kind()) {
      case R -> JSON.readValue(plain, Evidence.class);
      case E -> JSON.readValue(plain, DoubleUse.class);
    };
  }

  /** The question and the answer as they were; empty in a case of before they were kept. */
  Optional<Transcript> transcript(PenaltyCase penaltyCase) {
    return sealed(penaltyCase, "transcript")
        .map(
            bytes ->
                vault.open(
                    penaltyCase.instanceId(), transcriptPurpose(penaltyCase.caseId()), bytes))
        .map(plain -> JSON.readValue(plain, Transcript.class));
  }

  private Optional<byte[]> sealed(PenaltyCase penaltyCase, String column) {
    return database
        .sql(
            "select "
                + column
                + " from penalty_case where case_id = ? and "
                + column
                + " is not null")
        .param(penaltyCase.caseId())
        .query(byte[].class)
        .optional();
  }

  /** Moves a case on, if it is still where it was read. */
  void move(PenaltyCase from, CaseState to) {
    database
        .sql(
            """
            update penalty_case set state = ?, failure = null, detail = null, updated_at = now()
            where case_id = ? and state = ?
            """)
        .params(to.name(), from.caseId(), from.state().name())
        .update();
  }

  /** Ends a case without a conviction. */
  void end(PenaltyCase from, CaseState to, @Nullable String failure, String detail) {
    database
        .sql(
            """
            update penalty_case set state = ?, failure = ?, detail = ?, updated_at = now()
            where case_id = ? and state = ?
            """)
        .params(Arrays.asList(to.name(), failure, detail, from.caseId(), from.state().name()))
        .update();
  }

  /** Records what holds a case up; it stays where it is. */
  void heldUp(PenaltyCase held, String failure, String detail) {
    database
        .sql(
            """
            update penalty_case set failure = ?, detail = ?, updated_at = now()
            where case_id = ? and state = ? and (failure is distinct from ? or detail is distinct from ?)
            """)
        .params(failure, detail, held.caseId(), held.state().name(), failure, detail)
        .update();
  }

  /** What held a case up holds it up no more; what was found out meanwhile stays. */
  void goesOn(PenaltyCase held) {
    database
        .sql(
            """
            update penalty_case set failure = null, detail = null, updated_at = now()
            where case_id = ? and state = ? and not given_up
              and failure is not distinct from ? and detail is not distinct from ?
            """)
        .params(Arrays.asList(held.caseId(), held.state().name(), held.failure(), held.detail()))
        .update();
  }

  void committed(PenaltyCase from, long committedAt) {
    database
        .sql("update penalty_case set committed_at = ? where case_id = ?")
        .params(committedAt, from.caseId())
        .update();
    move(from, CaseState.COMMITTED);
  }

  /** Records what the permission service said. */
  @Transactional
  void lookedUp(PenaltyCase from, String result, List<String> permits, long chainTime) {
    int recorded =
        database
            .sql(
                """
                update penalty_case set lookup = ?, looked_up_at = now(), failure = null, detail = null
                where case_id = ? and lookup is null
                """)
            .params(result, from.caseId())
            .update();
    if (recorded > 0) {
      database
          .sql("insert into case_lookup (case_id, chain_time, result, permits) values (?, ?, ?, ?)")
          .params(from.caseId(), chainTime, result, permits.toArray(String[]::new))
          .update();
    }
  }

  List<Lookup> lookups(UUID caseId) {
    return database
        .sql("select * from case_lookup where case_id = ? order by looked_up_at")
        .param(caseId)
        .query(
            (row, number) ->
                new Lookup(
                    row.getObject("looked_up_at", OffsetDateTime.class).toInstant(),
                    row.getLong("chain_time"),
                    row.getString("result"),
                    List.of((String[]) row.getArray("permits").getArray())))
        .list();
  }

  void revealed(PenaltyCase from, long revealedAt) {
    database
        .sql("update penalty_case set revealed_at = ? where case_id = ?")
        .params(revealedAt, from.caseId())
        .update();
    move(from, CaseState.REVEALED);
  }

  void convicted(PenaltyCase from, long decidedAt) {
    database
        .sql("update penalty_case set decided_at = ? where case_id = ?")
        .params(decidedAt, from.caseId())
        .update();
    move(from, CaseState.CONVICTED);
  }

  void paid(PenaltyCase from) {
    database
        .sql("update penalty_case set paid = true, updated_at = now() where case_id = ?")
        .param(from.caseId())
        .update();
  }

  /** Stops looking for a payment that will never come by itself. */
  void givenUp(PenaltyCase from, String failure, String detail) {
    database
        .sql(
            """
            update penalty_case set given_up = true, failure = ?, detail = ?, updated_at = now()
            where case_id = ? and not paid
            """)
        .params(failure, detail, from.caseId())
        .update();
  }

  void sent(UUID caseId, Court.Step step, @Nullable String hash) {
    if (hash != null) {
      database
          .sql(
              """
              insert into case_transaction (case_id, step, hash) values (?, ?, ?) on conflict do nothing
              """)
          .params(caseId, step.name(), hash)
          .update();
    }
  }

  /** Transactions in the order in which they were sent, by case. */
  Map<UUID, List<SentTransaction>> transactions() {
    return database
        .sql("select case_id, step, hash from case_transaction order by recorded_at")
        .query(
            (row, number) ->
                Map.entry(
                    row.getObject("case_id", UUID.class),
                    new SentTransaction(row.getString("step"), row.getString("hash"))))
        .list()
        .stream()
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
  }

  private int openCases(Bytes32 instanceId) {
    return database
        .sql(
            """
            select count(*) from penalty_case where instance_id = ?
              and state in ('COMMITTING', 'COMMITTED', 'REVEALING', 'REVEALED', 'FINALISING')
            """)
        .param(instanceId.toBytes())
        .query(Integer.class)
        .single();
  }

  private void lock(Bytes32 instanceId) {
    database
        .sql("select 1 from vault_instance where instance_id = ? for update")
        .param(instanceId.toBytes())
        .query(Integer.class)
        .single();
  }

  private static String purpose(UUID caseId) {
    return "evidence of case " + caseId;
  }

  private static String transcriptPurpose(UUID caseId) {
    return "transcript of case " + caseId;
  }

  private static PenaltyCase read(ResultSet row, int number) throws SQLException {
    return new PenaltyCase(
        row.getObject("case_id", UUID.class),
        CaseKind.valueOf(row.getString("kind")),
        row.getObject("audit_id", UUID.class),
        row.getInt("query_position"),
        Bytes32.of(row.getBytes("instance_id")),
        Address.of(row.getBytes("host")),
        CaseState.valueOf(row.getString("state")),
        Bytes32.of(row.getBytes("commitment")),
        Bytes32.of(row.getBytes("nonce")),
        Bytes32.of(row.getBytes("court_case")),
        row.getObject("committed_at", Long.class),
        row.getString("lookup"),
        row.getObject("revealed_at", Long.class),
        row.getObject("decided_at", Long.class),
        row.getBoolean("paid"),
        row.getString("failure"),
        row.getString("detail"),
        row.getObject("opened_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }
}
