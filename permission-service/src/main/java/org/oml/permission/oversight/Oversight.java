package org.oml.permission.oversight;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.oml.chain.Block;
import org.oml.chain.ChainClient;
import org.oml.permission.PermissionError;
import org.oml.permission.host.ChainView;
import org.oml.permission.host.HostRecord;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads what dashboards show. Every question is bounded, so that none delays permits. */
public final class Oversight {

  static final int MOST_HOURS = 168;

  private static final int HOUR = 3600;
  private static final int MINUTE = 60;

  /** Nothing is recorded that was issued longer ago, by far. */
  private static final int LATE = 15 * MINUTE;

  private static final int MOST_MOVEMENTS = 200;
  private static final int MOST_HOSTS = 1_000;
  private static final String PATIENCE = "set local statement_timeout = '3s'";

  /** PostgreSQL's word for a statement that took too long. */
  private static final String CANCELLED = "57014";

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final ChainClient client;
  private final Supplier<ChainView> chain;
  private final Set<Address> dashboards;
  private final InstantSource clock;

  /** Hours of everybody that are over, as they were counted. */
  private final TreeMap<Long, Span> over = new TreeMap<>();

  /**
   * @param dashboards who may ask
   */
  public Oversight(
      DataSource source,
      ChainClient client,
      Supplier<ChainView> chain,
      Set<Address> dashboards,
      InstantSource clock) {
    this.database = JdbcClient.create(source);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    this.transaction.setReadOnly(true);
    this.client = client;
    this.chain = chain;
    this.dashboards = Set.copyOf(dashboards);
    this.clock = clock;
  }

  /**
   * Permits of a stretch of time.
   *
   * @param from its start, seconds since 1970
   * @param charge in the smallest unit of the payment token
   */
  record Span(long from, long permits, BigInteger charge) {}

  /**
   * Permits by time.
   *
   * @param asOf seconds since 1970
   * @param lastMinute permits of the 60 seconds before
   * @param open permits that no closed epoch holds
   * @param hours full hours of UTC, oldest first; those without permits are left out
   */
  record Usage(long asOf, long lastMinute, Span open, List<Span> hours) {}

  /** What a host has had of a model. */
  record Had(long permits, BigInteger charge, long lastIssuedAt) {

    static final Had NOTHING = new Had(0, BigInteger.ZERO, 0);
  }

  /** A host on chain, and what it has had. */
  record HostOverview(HostRecord onChain, Had had) {}

  /**
   * The chain as this service sees it.
   *
   * @param readTo the last block whose events it knows; empty before the first
   */
  record ChainState(Block head, Optional<Long> readTo) {}

  /**
   * @throws CodedException {@link PermissionError#NOT_YOURS}
   */
  void requireDashboard(Address account) {
    if (!dashboards.contains(account)) {
      throw new CodedException(
          PermissionError.NOT_YOURS, "The account " + account + " is no dashboard.");
    }
  }

  /**
   * @param hours how many, up to the present one
   * @param host whose, or everybody's
   * @throws CodedException {@link PermissionError#HOURS_INVALID} or {@link
   *     PermissionError#USAGE_TOO_LARGE}
   */
  Usage usage(int hours, Optional<Address> host) {
    if (hours < 1 || hours > MOST_HOURS) {
      throw new CodedException(
          PermissionError.HOURS_INVALID, "The number of hours lies between 1 and 168.");
    }
    byte @Nullable [] whose = host.map(Address::toBytes).orElse(null);
    try {
      return transaction.execute(status -> readUsage(hours, whose));
    } catch (DataAccessException e) {
      if (e.getMostSpecificCause() instanceof SQLException sql
          && CANCELLED.equals(sql.getSQLState())) {
        throw new CodedException(
            PermissionError.USAGE_TOO_LARGE,
            "The permits of these hours are too many to count.",
            e);
      }
      throw e;
    }
  }

  private Usage readUsage(int hours, byte @Nullable [] host) {
    database.sql(PATIENCE).update();
    long now = clock.instant().getEpochSecond();
    long first = now / HOUR * HOUR - (hours - 1L) * HOUR;
    List<Span> spans = host == null ? hoursOfAll(first, now) : count(first, host);
    long lastMinute = since(now - MINUTE, host).permits();
    long closed = database.sql("select cut_until from epoch_fence").query(Long.class).single();
    return new Usage(now, lastMinute, since(Math.max(closed, first), host), spans);
  }

  /** An open overview asks every few seconds, and what is over does not change any more. */
  private synchronized List<Span> hoursOfAll(long first, long now) {
    long unknown = first;
    while (over.containsKey(unknown)) {
      unknown += HOUR;
    }
    List<Span> counted = count(unknown, null);
    for (long hour = unknown; hour + HOUR + LATE <= now; hour += HOUR) {
      over.put(hour, new Span(hour, 0, BigInteger.ZERO));
    }
    counted.forEach(span -> over.computeIfPresent(span.from(), (hour, none) -> span));
    over.headMap(now - (MOST_HOURS + 1L) * HOUR).clear();
    List<Span> known =
        over.subMap(first, unknown).values().stream().filter(span -> span.permits() > 0).toList();
    return Stream.concat(known.stream(), counted.stream()).toList();
  }

  /** Hours that have permits, from one on. */
  private List<Span> count(long first, byte @Nullable [] host) {
    return database
        .sql(
            """
            select issued_at / 3600 * 3600, count(*), sum(price) from permit
            where issued_at >= :first and (:host::bytea is null or host = :host)
            group by 1 order by 1
            """)
        .param("first", first)
        .param("host", host)
        .query((row, number) -> span(row))
        .list();
  }

  private Span since(long time, byte @Nullable [] host) {
    return database
        .sql(
            """
            select :from::bigint, count(*), coalesce(sum(price), 0) from permit
            where issued_at >= :from and (:host::bytea is null or host = :host)
            """)
        .param("from", time)
        .param("host", host)
        .query((row, number) -> span(row))
        .single();
  }

  private static Span span(ResultSet row) throws SQLException {
    return new Span(row.getLong(1), row.getLong(2), row.getBigDecimal(3).toBigIntegerExact());
  }

  private record Key(Bytes32 modelId, Address host) {}

  /** The hosts on chain, those with the most permits first, at most a thousand. */
  List<HostOverview> hosts() {
    Map<Key, Had> had = new HashMap<>();
    database
        .sql("select model_id, host, permits, charge, last_issued_at from host_usage")
        .query(
            row -> {
              had.put(
                  new Key(Bytes32.of(row.getBytes(1)), Address.of(row.getBytes(2))),
                  new Had(
                      row.getLong(3), row.getBigDecimal(4).toBigIntegerExact(), row.getLong(5)));
            });
    return chain.get().register().hosts().stream()
        .map(
            host ->
                new HostOverview(
                    host, had.getOrDefault(new Key(host.modelId(), host.host()), Had.NOTHING)))
        .sorted(
            Comparator.comparingLong((HostOverview host) -> host.had().permits())
                .reversed()
                .thenComparing(host -> host.onChain().host().toString()))
        .limit(MOST_HOSTS)
        .toList();
  }

  /**
   * Something that changed what a host has at stake or has paid in.
   *
   * @param kind as {@code docs/api.md} lists them
   * @param amount in the smallest unit of the payment token; of a debt, what it then was
   */
  record Movement(Bytes32 modelId, String kind, BigInteger amount, long block) {}

  /** What a host's stake and balance are made of, the newest first, at most two hundred. */
  List<Movement> movements(Address host) {
    return database
        .sql(
            """
            select block, fact ->> 'kind', fact ->> 'modelId', coalesce(fact ->> 'amount', fact ->> 'debt')
            from chain_fact
            where fact ->> 'host' = ? and coalesce(fact ->> 'amount', fact ->> 'debt') is not null
            order by block desc, log_index desc limit ?
            """)
        .params(host.toString(), MOST_MOVEMENTS)
        .query(
            (row, number) ->
                new Movement(
                    Bytes32.parse(row.getString(3)),
                    row.getString(2),
                    new BigInteger(row.getString(4)),
                    row.getLong(1)))
        .list();
  }

  ChainState chainState() {
    return new ChainState(
        client.head(),
        database
            .sql("select block_number from chain_cursor where reader = 'permission'")
            .query(Long.class)
            .optional());
  }

  /** The block that holds a transaction; empty if none does. */
  Optional<Long> blockOf(Bytes32 transactionHash) {
    return client.receipt(transactionHash).map(found -> found.getBlockNumber().longValueExact());
  }
}
