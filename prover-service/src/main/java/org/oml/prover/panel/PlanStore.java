package org.oml.prover.panel;

import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.panel.Plan.Question;
import org.oml.prover.target.Dialect;
import org.oml.prover.vault.Vault;
import org.oml.servicekit.wire.WireForms;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Plans in the database. What members attested is sealed like the keys that it is about. */
@Repository
class PlanStore {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(WireForms.module()).build();
  private static final int ACCOUNT = 20;

  private final JdbcClient database;
  private final Vault vault;

  PlanStore(JdbcClient database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * Stores a plan and sets its keys apart, unless the instance has one that is not finished.
   *
   * @return whether it did
   * @throws CodedException {@link ProverError#KEYS_SPENT} when one of its keys is not free any more
   */
  @Transactional
  public boolean insert(Plan plan, List<Question> questions) {
    vault.lock(plan.instanceId());
    if (isUnderWay(plan.instanceId())) {
      return false;
    }
    List<Integer> keys = questions.stream().map(Question::secret).toList();
    if (!vault.freeKeys(plan.instanceId()).containsAll(keys)) {
      throw new CodedException(ProverError.KEYS_SPENT, "An audit took keys of the plan meanwhile.");
    }
    database
        .sql(
            """
            insert into panel_plan (plan_uuid, kind, instance_id, host, endpoint, dialect, threshold, covers, nonce, plan_id,
              state)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        .params(
            plan.planUuid(),
            plan.kind().name(),
            plan.instanceId().toBytes(),
            plan.host().toBytes(),
            plan.endpoint(),
            plan.dialect().name(),
            plan.threshold(),
            plan.covers().toArray(Integer[]::new),
            plan.nonce().toBytes(),
            plan.planId().toBytes(),
            plan.state().name())
        .update();
    for (Question question : questions) {
      database
          .sql("insert into panel_question (plan_uuid, place, secret, weight) values (?, ?, ?, ?)")
          .params(plan.planUuid(), question.place(), question.secret(), question.weight())
          .update();
    }
    vault.reserve(plan.instanceId(), plan.planUuid(), keys, plan.covers());
    return true;
  }

  boolean isUnderWay(Bytes32 instanceId) {
    return database
        .sql("select exists (select from panel_plan where instance_id = ? and not finished)")
        .param(instanceId.toBytes())
        .query(Boolean.class)
        .single();
  }

  List<Plan> unfinished() {
    return database
        .sql("select * from panel_plan where not finished order by created_at")
        .query(PlanStore::read)
        .list();
  }

  /** The newest first. */
  List<Plan> newest(int count) {
    return database
        .sql("select * from panel_plan order by created_at desc limit ?")
        .param(count)
        .query(PlanStore::read)
        .list();
  }

  Optional<Plan> find(UUID planUuid) {
    return database
        .sql("select * from panel_plan where plan_uuid = ?")
        .param(planUuid)
        .query(PlanStore::read)
        .optional();
  }

  Optional<Plan> byPlanId(Bytes32 planId) {
    return database
        .sql("select * from panel_plan where plan_id = ?")
        .param(planId.toBytes())
        .query(PlanStore::read)
        .optional();
  }

  List<Question> questions(UUID planUuid) {
    return database
        .sql("select place, secret, weight from panel_question where plan_uuid = ? order by place")
        .param(planUuid)
        .query(
            (row, number) ->
                new Question(row.getInt("place"), row.getInt("secret"), row.getInt("weight")))
        .list();
  }

  /** Spends keys that a member is about to be given. */
  @Transactional
  public void handOut(Plan plan, List<Question> questions) {
    for (Question question : questions) {
      database
          .sql(
              """
              update panel_question set handed_at = coalesce(handed_at, now()) where plan_uuid = ? and place = ?
              """)
          .params(plan.planUuid(), question.place())
          .update();
      vault.spend(plan.instanceId(), question.secret());
    }
  }

  /** Keeps what a member attested; the first time counts. */
  @Transactional
  public void take(Plan plan, List<AttestedAnswer> answers) {
    for (AttestedAnswer answer : answers) {
      byte[] sealed =
          vault.seal(
              plan.instanceId(),
              purpose(plan.planUuid(), answer.place()),
              JSON.writeValueAsBytes(answer));
      database
          .sql(
              """
              update panel_question set answer = ? where plan_uuid = ? and place = ? and answer is null
              """)
          .params(sealed, plan.planUuid(), answer.place())
          .update();
    }
  }

  /** What members attested, by place. */
  List<AttestedAnswer> answers(Plan plan) {
    List<byte[]> sealed = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    database
        .sql(
            """
            select place, answer from panel_question where plan_uuid = ? and answer is not null order by place
            """)
        .param(plan.planUuid())
        .query(
            row -> {
              places.add(row.getInt("place"));
              sealed.add(row.getBytes("answer"));
            });
    List<AttestedAnswer> answers = new ArrayList<>();
    for (int i = 0; i < sealed.size(); i++) {
      byte[] plain =
          vault.open(plan.instanceId(), purpose(plan.planUuid(), places.get(i)), sealed.get(i));
      answers.add(JSON.readValue(plain, AttestedAnswer.class));
    }
    return answers;
  }

  /** Records which panel was drawn, and when it was first seen. */
  void drawn(UUID planUuid, List<Address> members, long block) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    members.forEach(member -> bytes.writeBytes(member.toBytes()));
    database
        .sql(
            """
            update panel_plan set panel = ?, panel_block = ?, updated_at = now()
            where plan_uuid = ? and panel is distinct from ?
            """)
        .params(bytes.toByteArray(), block, planUuid, bytes.toByteArray())
        .update();
  }

  /** Records where the court has a plan. */
  void seen(Plan plan, TrialState state) {
    database
        .sql(
            """
            update panel_plan set state = ?, failure = null, detail = null, updated_at = now()
            where plan_uuid = ? and not finished and (state <> ? or failure is not null)
            """)
        .params(state.name(), plan.planUuid(), state.name())
        .update();
  }

  /** Ends a plan; what was not handed out of its keys is free again. */
  @Transactional
  public void finish(Plan plan, @Nullable String failure, @Nullable String detail) {
    database
        .sql(
            """
            update panel_plan set finished = true, failure = ?, detail = ?, updated_at = now()
            where plan_uuid = ? and not finished
            """)
        .params(Arrays.asList(failure, detail, plan.planUuid()))
        .update();
    vault.release(plan.planUuid());
  }

  /** Records what holds a plan up. */
  void heldUp(Plan plan, String failure, String detail) {
    database
        .sql(
            """
            update panel_plan set failure = ?, detail = ?, updated_at = now()
            where plan_uuid = ? and not finished and (failure is distinct from ? or detail is distinct from ?)
            """)
        .params(failure, detail, plan.planUuid(), failure, detail)
        .update();
  }

  private static String purpose(UUID planUuid, int place) {
    return "answer " + place + " of plan " + planUuid;
  }

  private static Plan read(ResultSet row, int number) throws SQLException {
    return new Plan(
        row.getObject("plan_uuid", UUID.class),
        PanelKind.valueOf(row.getString("kind")),
        Bytes32.of(row.getBytes("instance_id")),
        Address.of(row.getBytes("host")),
        row.getString("endpoint"),
        Dialect.valueOf(row.getString("dialect")),
        row.getInt("threshold"),
        List.of((Integer[]) row.getArray("covers").getArray()),
        Bytes32.of(row.getBytes("nonce")),
        Bytes32.of(row.getBytes("plan_id")),
        TrialState.valueOf(row.getString("state")),
        row.getBoolean("finished"),
        members(row.getBytes("panel")),
        row.getObject("panel_block", Long.class),
        row.getString("failure"),
        row.getString("detail"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }

  private static List<Address> members(byte @Nullable [] bytes) {
    List<Address> members = new ArrayList<>();
    for (int i = 0; bytes != null && i < bytes.length; i += ACCOUNT) {
      members.add(Address.of(Arrays.copyOfRange(bytes, i, i + ACCOUNT)));
    }
    return members;
  }
}
