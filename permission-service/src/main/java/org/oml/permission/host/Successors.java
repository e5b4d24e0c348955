package org.oml.permission.host;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.oml.permission.PermissionError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Which hosts are asked for a new instance. Only a host can get one, since it signs for it; provers
 * see keys run out, and a host's gateway comes here anyway.
 */
public final class Successors {

  private static final int MOST = 4_096;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Supplier<ChainView> chain;
  private final Set<Address> provers;
  private final InstantSource clock;

  /**
   * @param provers who may ask
   */
  public Successors(
      DataSource source, Supplier<ChainView> chain, Set<Address> provers, InstantSource clock) {
    this.database = JdbcClient.create(source);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    this.chain = chain;
    this.provers = Set.copyOf(provers);
    this.clock = clock;
  }

  /**
   * An instance that its host should replace.
   *
   * @param since seconds since 1970
   */
  public record Wanted(Bytes32 modelId, Bytes32 instanceId, long since) {}

  /**
   * Replaces what a prover wants.
   *
   * @throws CodedException {@link PermissionError#NOT_YOURS}, {@link
   *     PermissionError#SUCCESSORS_TOO_MANY}
   */
  public void replace(Address prover, Set<Bytes32> instanceIds) {
    if (!provers.contains(prover)) {
      throw new CodedException(
          PermissionError.NOT_YOURS, "The account " + prover + " is not a prover.");
    }
    if (instanceIds.size() > MOST) {
      throw new CodedException(
          PermissionError.SUCCESSORS_TOO_MANY, instanceIds.size() + " instances are too many.");
    }
    byte[][] ids = instanceIds.stream().map(Bytes32::toBytes).toArray(byte[][]::new);
    transaction.executeWithoutResult(
        status -> {
          database
              .sql(
                  "delete from successor_wanted where prover = ? and instance_id <> all (?::bytea[])")
              .params(prover.toBytes(), ids)
              .update();
          database
              .sql(
                  """
                  insert into successor_wanted (prover, instance_id, since)
                  select ?, wanted, ? from unnest(?::bytea[]) as wanted on conflict do nothing
                  """)
              .params(prover.toBytes(), clock.instant().getEpochSecond(), ids)
              .update();
        });
  }

  /**
   * Which of a host's instances are to be replaced: those that it has no newer one of the model
   * for.
   *
   * @param account the host's, or its gateway's
   * @throws CodedException {@link PermissionError#NOT_YOURS}
   */
  public List<Wanted> of(Address account, Address host) {
    HostRegister register = chain.get().register();
    if (!register.hostsOf(account, clock.instant().getEpochSecond()).contains(host)) {
      throw new CodedException(
          PermissionError.NOT_YOURS, "The account " + account + " does not speak for this host.");
    }
    Map<Bytes32, Bytes32> newest = new HashMap<>();
    register.hosts().stream()
        .filter(record -> record.host().equals(host) && !record.instances().isEmpty())
        .forEach(record -> newest.put(record.instances().getLast().instanceId(), record.modelId()));
    byte[][] ids = newest.keySet().stream().map(Bytes32::toBytes).toArray(byte[][]::new);
    return database
        .sql(
            """
            select instance_id, min(since) from successor_wanted where instance_id = any (?::bytea[])
            group by instance_id order by 2, 1
            """)
        .param(ids)
        .query(
            (row, number) -> {
              Bytes32 id = Bytes32.of(row.getBytes(1));
              return new Wanted(newest.getOrDefault(id, Bytes32.ZERO), id, row.getLong(2));
            })
        .list();
  }
}
