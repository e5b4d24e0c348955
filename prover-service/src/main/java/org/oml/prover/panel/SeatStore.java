package org.oml.prover.panel;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.chain.send.PayloadSeal;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.prover.panel.Seat.Ask;
import org.oml.prover.panel.Seat.State;
import org.oml.prover.target.ClientProfile;
import org.oml.prover.target.Dialect;
import org.oml.servicekit.wire.WireForms;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Seats of an account in the database. Keys and answers are sealed with the vault's key. */
@Repository
class SeatStore {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(WireForms.module()).build();

  private final JdbcClient database;
  private final PayloadSeal seal;

  SeatStore(JdbcClient database, PayloadSeal seal) {
    this.database = database;
    this.seal = seal;
  }

  /** Stores a seat with all that it asks; what is there already stays. */
  @Transactional
  public void insert(Address account, Seat seat, List<Ask> asks) {
    int inserted =
        database
            .sql(
                """
                insert into panel_seat (plan_id, account, maker, place, instance_id, endpoint, dialect, client, state, next_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
                """)
            .params(
                seat.planId().toBytes(),
                account.toBytes(),
                seat.maker(),
                seat.place(),
                seat.instanceId().toBytes(),
                seat.endpoint(),
                seat.dialect().name(),
                seat.client().name(),
                seat.state().name(),
                Timestamp.from(seat.nextAt()))
            .update();
    if (inserted == 0) {
      return;
    }
    for (Ask ask : asks) {
      byte[] text = ask.text().getBytes(StandardCharsets.UTF_8);
      database
          .sql(
              """
              insert into panel_ask (plan_id, account, position, place, text, context, pause_ms)
              values (?, ?, ?, ?, ?, ?, ?)
              """)
          .params(
              Arrays.asList(
                  seat.planId().toBytes(),
                  account.toBytes(),
                  ask.position(),
                  ask.place(),
                  seal.seal(text, textPurpose(seat.planId(), ask.position())),
                  ask.context(),
                  ask.pauseMillis()))
          .update();
    }
  }

  boolean isKnown(Address account, Bytes32 planId) {
    return database
        .sql("select exists (select from panel_seat where account = ? and plan_id = ?)")
        .params(account.toBytes(), planId.toBytes())
        .query(Boolean.class)
        .single();
  }

  List<Seat> unfinished(Address account) {
    return database
        .sql(
            """
            select * from panel_seat where account = ? and state not in ('DONE', 'FAILED') order by created_at
            """)
        .param(account.toBytes())
        .query(SeatStore::read)
        .list();
  }

  /** The newest first. */
  List<Seat> newest(Address account, int count) {
    return database
        .sql("select * from panel_seat where account = ? order by created_at desc limit ?")
        .params(account.toBytes(), count)
        .query(SeatStore::read)
        .list();
  }

  List<Ask> asks(Address account, Seat seat) {
    return database
        .sql(
            """
            select position, place, text, context, pause_ms, attempts, outcome from panel_ask
            where plan_id = ? and account = ? order by position
            """)
        .params(seat.planId().toBytes(), account.toBytes())
        .query(
            (row, number) ->
                new Ask(
                    row.getInt("position"),
                    row.getObject("place", Integer.class),
                    text(seat.planId(), row),
                    row.getInt("context"),
                    row.getInt("pause_ms"),
                    row.getInt("attempts"),
                    row.getString("outcome")))
        .list();
  }

  private String text(Bytes32 planId, ResultSet row) throws SQLException {
    byte[] plain = seal.open(row.getBytes("text"), textPurpose(planId, row.getInt("position")));
    return new String(plain, StandardCharsets.UTF_8);
  }

  void modelKnown(Address account, Seat seat, String model) {
    database
        .sql("update panel_seat set model = ? where plan_id = ? and account = ?")
        .params(model, seat.planId().toBytes(), account.toBytes())
        .update();
  }

  /**
   * Counts an attempt before anything leaves.
   *
   * @return false if another process has made it
   */
  boolean aboutToAsk(Address account, Seat seat, Ask ask) {
    return database
            .sql(
                """
                update panel_ask set attempts = ? where plan_id = ? and account = ? and position = ? and attempts = ?
                  and outcome is null
                """)
            .params(
                ask.attempts() + 1,
                seat.planId().toBytes(),
                account.toBytes(),
                ask.position(),
                ask.attempts())
            .update()
        > 0;
  }

  /** Keeps what came of a text, as long as the answers are not fixed. */
  @Transactional
  public void asked(
      Address account,
      Seat seat,
      Ask ask,
      String outcome,
      @Nullable AttestedAnswer answer,
      Instant nextAt) {
    boolean open =
        database
                .sql(
                    """
                update panel_seat set next_at = ?, updated_at = now() where plan_id = ? and account = ? and state = 'ASKING'
                """)
                .params(Timestamp.from(nextAt), seat.planId().toBytes(), account.toBytes())
                .update()
            > 0;
    if (open) {
      byte @Nullable [] sealed =
          answer == null
              ? null
              : seal.seal(
                  JSON.writeValueAsBytes(answer), answerPurpose(seat.planId(), ask.position()));
      database
          .sql(
              """
              update panel_ask set outcome = ?, answer = ? where plan_id = ? and account = ? and position = ?
                and outcome is null
              """)
          .params(
              Arrays.asList(
                  outcome, sealed, seat.planId().toBytes(), account.toBytes(), ask.position()))
          .update();
    }
  }

  /** Puts the next attempt off. */
  void postponed(Address account, Seat seat, Instant nextAt) {
    database
        .sql("update panel_seat set next_at = ? where plan_id = ? and account = ?")
        .params(Timestamp.from(nextAt), seat.planId().toBytes(), account.toBytes())
        .update();
  }

  /** What the account attests, in the order in which it lies under its root. */
  List<AttestedAnswer> answers(Address account, Seat seat) {
    return database
        .sql(
            """
            select position, answer from panel_ask where plan_id = ? and account = ? and answer is not null
            order by position
            """)
        .params(seat.planId().toBytes(), account.toBytes())
        .query(
            (row, number) ->
                JSON.readValue(
                    seal.open(
                        row.getBytes("answer"),
                        answerPurpose(seat.planId(), row.getInt("position"))),
                    AttestedAnswer.class))
        .list();
  }

  /** Moves a seat on, if it is still where it was read. */
  void move(Address account, Seat from, State to) {
    end(account, from, to, null, null);
  }

  /** Ends a seat with its reason. */
  void end(
      Address account, Seat from, State to, @Nullable String failure, @Nullable String detail) {
    database
        .sql(
            """
            update panel_seat set state = ?, failure = ?, detail = ?, updated_at = now()
            where plan_id = ? and account = ? and state = ?
            """)
        .params(
            Arrays.asList(
                to.name(),
                failure,
                detail,
                from.planId().toBytes(),
                account.toBytes(),
                from.state().name()))
        .update();
  }

  /** Records what holds a seat up. */
  void heldUp(Address account, Seat seat, String failure, String detail) {
    database
        .sql(
            """
            update panel_seat set failure = ?, detail = ?, updated_at = now()
            where plan_id = ? and account = ? and state = ? and (failure is distinct from ? or detail is distinct from ?)
            """)
        .params(
            failure,
            detail,
            seat.planId().toBytes(),
            account.toBytes(),
            seat.state().name(),
            failure,
            detail)
        .update();
  }

  void delivered(Address account, Seat seat) {
    database
        .sql("update panel_seat set delivered = true where plan_id = ? and account = ?")
        .params(seat.planId().toBytes(), account.toBytes())
        .update();
  }

  private static String textPurpose(Bytes32 planId, int position) {
    return "question " + position + " of panel " + planId;
  }

  private static String answerPurpose(Bytes32 planId, int position) {
    return "answer " + position + " of panel " + planId;
  }

  private static Seat read(ResultSet row, int number) throws SQLException {
    return new Seat(
        Bytes32.of(row.getBytes("plan_id")),
        row.getString("maker"),
        row.getInt("place"),
        Bytes32.of(row.getBytes("instance_id")),
        row.getString("endpoint"),
        Dialect.valueOf(row.getString("dialect")),
        ClientProfile.valueOf(row.getString("client")),
        row.getString("model"),
        State.valueOf(row.getString("state")),
        row.getObject("next_at", OffsetDateTime.class).toInstant(),
        row.getBoolean("delivered"),
        row.getString("failure"),
        row.getString("detail"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }
}
