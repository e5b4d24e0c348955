package org.oml.permission.ledger;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.oml.permission.PermissionError;
import org.oml.permission.ledger.Line.Fresh;
import org.oml.permission.ledger.Line.Refused;
import org.oml.permission.ledger.Line.Stored;
import org.oml.permission.signer.JointPress;
import org.oml.protocol.Address;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;

/**
 * Records the permits of a group of orders: holds their hosts, looks what is on record and what has
 * been spent, and adds what is new and paid for, in three round trips however many there are.
 */
final class LedgerTransaction {

  /**
   * Holds hosts until the transaction ends, in the order of the array: transactions that wait for
   * each other's hosts then never wait in a circle. The plans of what follows are kept for as long
   * as the connection lives, so they must be the ones for large tables, though a new part is empty.
   */
  private static final String HOLD =
      """
      select count(pg_advisory_xact_lock(host)), pg_advisory_xact_lock_shared(%d),
        set_config('enable_seqscan', 'off', true),
        set_config('plan_cache_mode', 'force_generic_plan', true)
      from unnest(?::bigint[]) as asked(host)
      """
          .formatted(EpochFence.LOCK);

  private static final String LOOK =
      String.join(";", HOLD, EpochFence.FIND, Suspensions.FIND, AccountRows.FIND, PermitRows.FIND);
  private static final String WRITE = PermitRows.INSERT + ";" + AccountRows.COUNT;

  private final Connection connection;
  private final ClosedParts closed;
  private final Map<PermitKey, Line> lines = new HashMap<>();
  private final List<IssuedPermit> added = new ArrayList<>();
  private Map<Account, AccountRows.State> states = new HashMap<>();
  private Map<Address, String> suspended = Map.of();
  private long fence;
  private long nextSerial;

  /**
   * @param connection within a transaction of its own
   * @param closed what is known of the closed parts of the ledger
   * @param firstSerial of as many in a row as there are drafts of single permits
   */
  LedgerTransaction(Connection connection, ClosedParts closed, long firstSerial) {
    this.connection = connection;
    this.closed = closed;
    this.nextSerial = firstSerial;
  }

  /**
   * @return for each order what is on record for each of its permits
   */
  List<List<Line>> record(List<PermitOrder> orders) throws SQLException {
    look(orders);
    IdentityHashMap<PermitOrder, Line> refused = signTogether(orders);
    List<List<Line>> answers = new ArrayList<>(orders.size());
    for (PermitOrder order : orders) {
      answers.add(
          switch (order.draft()) {
            case Draft.Alone alone -> List.of(answer(alone.permit(), refused.get(order)));
            case Draft.Signed signed -> answer(order, signed);
          });
    }
    write();
    return answers;
  }

  /** Holds a host until the transaction ends, before anything else is looked at. */
  void hold(Account account) throws SQLException {
    try (PreparedStatement hold = connection.prepareStatement(HOLD)) {
      hold.setArray(1, SqlArrays.numbers(connection, locksOf(Set.of(account))));
      hold.executeQuery().close();
    }
  }

  private void look(List<PermitOrder> orders) throws SQLException {
    TreeSet<Account> accounts = new TreeSet<>();
    Set<PermitKey> keys = new LinkedHashSet<>();
    for (PermitOrder order : orders) {
      accounts.add(order.account());
      for (int i = 0; i < order.draft().size(); i++) {
        if (!order.draft().permit(i).queryHash().isZero()) {
          keys.add(PermitKey.of(order.draft().permit(i)));
        }
      }
    }
    try (PreparedStatement look = connection.prepareStatement(LOOK)) {
      look.setArray(1, SqlArrays.numbers(connection, locksOf(accounts)));
      Suspensions.setFind(connection, look, 2, accounts);
      int next = AccountRows.setFind(connection, look, 3, accounts);
      PermitRows.setFind(connection, look, next, keys, closed.openFrom(), Long.MAX_VALUE);
      look.execute();
      try (ResultSet rows = nextResult(look)) {
        fence = EpochFence.read(rows);
      }
      try (ResultSet rows = nextResult(look)) {
        suspended = Suspensions.reasons(rows);
      }
      try (ResultSet rows = nextResult(look)) {
        states = AccountRows.states(rows);
      }
      try (ResultSet rows = nextResult(look)) {
        keep(PermitRows.byKey(rows));
      }
    }
    lookIntoClosedParts(keys);
  }

  private static ResultSet nextResult(PreparedStatement statement) throws SQLException {
    if (!statement.getMoreResults()) {
      throw new SQLException("a statement of the group gave no rows");
    }
    return statement.getResultSet();
  }

  private void lookIntoClosedParts(Set<PermitKey> keys) throws SQLException {
    List<PermitKey> perhaps =
        keys.stream().filter(key -> !lines.containsKey(key) && closed.mayHold(key)).toList();
    if (perhaps.isEmpty()) {
      return;
    }
    try (PreparedStatement find = connection.prepareStatement(PermitRows.FIND)) {
      PermitRows.setFind(connection, find, 1, perhaps, Long.MIN_VALUE, closed.openFrom());
      try (ResultSet rows = find.executeQuery()) {
        keep(PermitRows.byKey(rows));
      }
    }
  }

  private void keep(Map<PermitKey, StoredPermit> found) {
    found.forEach((key, stored) -> lines.put(key, new Stored(stored)));
  }

  /** Hosts in the order of their locks; two of one lock are held alike. */
  private static long[] locksOf(Set<Account> accounts) {
    return accounts.stream()
        .map(Account::host)
        .distinct()
        .mapToLong(LedgerTransaction::lockOf)
        .sorted()
        .toArray();
  }

  static long lockOf(Address host) {
    return ByteBuffer.wrap(host.toBytes()).getLong();
  }

  /** What may be signed together: what one press signs, of one second. */
  private record Sheet(JointPress press, long issuedAt) {}

  /**
   * Adds those permits of single requests that are new and paid for. However many there are of a
   * second, they cost one signature.
   *
   * @return why there is none, for orders of which that is so
   */
  private IdentityHashMap<PermitOrder, Line> signTogether(List<PermitOrder> orders) {
    IdentityHashMap<PermitOrder, Line> refused = new IdentityHashMap<>();
    Map<Sheet, List<Permit>> sheets = new LinkedHashMap<>();
    Set<PermitKey> taken = new HashSet<>(lines.keySet());
    for (PermitOrder order : orders) {
      if (!(order.draft() instanceof Draft.Alone(Permit permit, JointPress press))
          || taken.contains(PermitKey.of(permit))) {
        continue;
      }
      Line refusal = charge(order, permit);
      if (refusal == null) {
        taken.add(PermitKey.of(permit));
        sheets
            .computeIfAbsent(new Sheet(press, permit.issuedAt()), sheet -> new ArrayList<>())
            .add(permit);
      } else {
        refused.put(order, refusal);
      }
    }
    sheets.forEach((sheet, permits) -> sign(sheet.press(), permits));
    return refused;
  }

  private void sign(JointPress press, List<Permit> permits) {
    for (int from = 0; from < permits.size(); from += JointPress.MOST) {
      int until = Math.min(permits.size(), from + JointPress.MOST);
      press.sign(permits.subList(from, until), nextSerial).forEach(this::add);
      nextSerial += until - from;
    }
  }

  private Line answer(Permit permit, @Nullable Line refusal) {
    return refusal == null ? requireNonNull(lines.get(PermitKey.of(permit))) : refusal;
  }

  private List<Line> answer(PermitOrder order, Draft.Signed draft) {
    Line[] answer = new Line[draft.size()];
    List<Integer> wanted = new ArrayList<>();
    for (int i = 0; i < answer.length; i++) {
      Permit permit = draft.permit(i);
      Line known = permit.queryHash().isZero() ? null : lines.get(PermitKey.of(permit));
      if (known == null) {
        known = charge(order, permit);
      }
      if (known == null) {
        wanted.add(i);
      } else {
        answer[i] = known;
      }
    }
    List<? extends IssuedPermit> fresh = draft.only(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      answer[wanted.get(i)] = add(fresh.get(i));
    }
    return List.of(answer);
  }

  private Line add(IssuedPermit issued) {
    Fresh line = new Fresh(issued);
    added.add(issued);
    if (!issued.permit().queryHash().isZero()) {
      lines.put(PermitKey.of(issued.permit()), line);
    }
    return line;
  }

  /** Takes a permit from the account's allowance, or says why that cannot be. */
  private @Nullable Line charge(PermitOrder order, Permit permit) {
    if (permit.issuedAt() < fence) {
      return new Refused(
          PermissionError.EPOCH_CLOSED,
          "The permit was issued at %d and its epoch ended at %d."
              .formatted(permit.issuedAt(), fence));
    }
    String suspension = suspended.get(permit.host());
    if (suspension != null) {
      return new Refused(
          PermissionError.HOST_SUSPENDED_BY_ADMIN,
          "An admin suspended the host %s: %s".formatted(permit.host(), suspension));
    }
    AccountRows.State state = states.getOrDefault(order.account(), AccountRows.State.NEW);
    PermitOrder.Allowance allowance = order.allowance();
    BigInteger charge = state.charge().add(permit.price());
    if (charge.compareTo(allowance.prepaid()) > 0) {
      return new Refused(
          PermissionError.BALANCE_TOO_SMALL,
          "The host %s has paid in %s, which its permits have used up; one costs %s."
              .formatted(permit.host(), allowance.prepaid(), permit.price()));
    }
    if (state.permits() - state.acknowledged() >= allowance.unacknowledged()) {
      return new Refused(
          PermissionError.USAGE_UNACKNOWLEDGED,
          "The host %s has had %d permits and acknowledged %d of them; %d may be open."
              .formatted(
                  permit.host(),
                  state.permits(),
                  state.acknowledged(),
                  allowance.unacknowledged()));
    }
    states.put(order.account(), state.plus(permit.price()));
    return null;
  }

  private void write() throws SQLException {
    if (added.isEmpty()) {
      return;
    }
    try (PreparedStatement write = connection.prepareStatement(WRITE)) {
      int next = PermitRows.setInsert(connection, write, 1, added);
      AccountRows.setCount(connection, write, next, added);
      write.execute();
    }
  }
}
