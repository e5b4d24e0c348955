package org.oml.prover.evidence;

import java.sql.ResultSet;
import java.sql.SQLException;
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
        or (state in ('CONVICTED', 'REBUTTED') and not paid)
      """;

  private final JdbcClient database;
  private final Vault vault;

  CaseStore(JdbcClient database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /** What is sent first, and how the court will call the case. */
  record Commitment(Bytes32 commitment, Bytes32 nonce, Bytes32 courtCase) {}

  /** A transaction of a case. */
  record SentTransaction(String step, String hash) {}

  /**
   * Opens a case unless as many as allowed are open for the instance.
   *
   * @return the case, or the one that this answer has already
   */
  @Transactional
  Optional<UUID> open(
      UUID auditId,
      int queryPosition,
      PublishedInstance instance,
      Evidence evidence,
      Commitment made,
      int allowed) {
    lock(instance.instanceId());
    Optional<UUID> present =
        database
            .sql("select case_id from penalty_case where audit_id = ? and query_position = ?")
            .params(auditId, queryPosition)
            .query(UUID.class)
            .optional();
    if (present.isPresent() || openCases(instance.instanceId()) >= allowed) {
      return present;
    }
    UUID caseId = UUID.randomUUID();
    byte[] plain = JSON.writeValueAsBytes(evidence);
    database
        .sql(
            """
            insert into penalty_case
              (case_id, audit_id, query_position, instance_id, host, state, evidence, commitment, nonce, court_case)
            values (?, ?, ?, ?, ?, 'COMMITTING', ?, ?, ?, ?)
            """)
        .params(
            caseId,
            auditId,
            queryPosition,
            instance.instanceId().toBytes(),
            instance.host().toBytes(),
            vault.seal(instance.instanceId(), purpose(caseId), plain),
            made.commitment().toBytes(),
            made.nonce().toBytes(),
            made.courtCase().toBytes())
        .update();
    return Optional.of(caseId);
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

  Evidence evidence(PenaltyCase penaltyCase) {
    byte[] sealed =
        database
            .sql("select evidence from penalty_case where case_id = ?")
            .param(penaltyCase.caseId())
            .query(byte[].class)
            .single();
    byte[] plain = vault.open(penaltyCase.instanceId(), purpose(penaltyCase.caseId()), sealed);
    return JSON.readValue(plain, Evidence.class);
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

  void committed(PenaltyCase from, long committedAt) {
    database
        .sql("update penalty_case set committed_at = ? where case_id = ?")
        .params(committedAt, from.caseId())
        .update();
    move(from, CaseState.COMMITTED);
  }

  void lookedUp(PenaltyCase from, String lookup) {
    database
        .sql(
            """
            update penalty_case set lookup = ?, looked_up_at = now(), failure = null, detail = null
            where case_id = ? and lookup is null
            """)
        .params(lookup, from.caseId())
        .update();
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

  private static PenaltyCase read(ResultSet row, int number) throws SQLException {
    return new PenaltyCase(
        row.getObject("case_id", UUID.class),
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
