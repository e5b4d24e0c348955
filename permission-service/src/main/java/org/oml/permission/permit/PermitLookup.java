package org.oml.permission.permit;

import java.time.InstantSource;
import java.time.YearMonth;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.oml.permission.PermissionError;
import org.oml.permission.host.ChainView;
import org.oml.permission.ledger.Ledger;
import org.oml.permission.ledger.ModelUsage;
import org.oml.permission.ledger.MonthUsage;
import org.oml.permission.ledger.TotalUsage;
import org.oml.permission.ledger.Usage;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may see which permits: provers see all, a host sees its own. */
public final class PermitLookup {

  private static final Logger LOG = LoggerFactory.getLogger(PermitLookup.class);

  /** A page that shows more is read by nobody, and the answer stays below a megabyte. */
  private static final int MOST_HOSTS = 1_000;

  private final Supplier<ChainView> chain;
  private final Ledger ledger;
  private final Set<Address> provers;
  private final Set<Address> dashboards;
  private final long lookupsPerCommitment;
  private final InstantSource clock;

  /**
   * @param provers see every permit and every host's usage
   * @param dashboards see every host's usage
   * @param lookupsPerCommitment different query hashes that a prover may look up for each
   *     commitment on chain
   */
  public PermitLookup(
      Supplier<ChainView> chain,
      Ledger ledger,
      Set<Address> provers,
      Set<Address> dashboards,
      long lookupsPerCommitment,
      InstantSource clock) {
    this.chain = chain;
    this.ledger = ledger;
    this.provers = Set.copyOf(provers);
    this.dashboards = Set.copyOf(dashboards);
    this.lookupsPerCommitment = lookupsPerCommitment;
    this.clock = clock;
  }

  /**
   * The permits for a query hash that an account may see, at least one.
   *
   * @throws CodedException {@link PermissionError#NO_PERMIT} or {@link PermissionError#NOT_YOURS}
   */
  public List<IssuedPermit> permitsFor(Address account, Bytes32 queryHash) {
    boolean isProver = provers.contains(account);
    Set<Address> own = hostsOf(account);
    if (!isProver && own.isEmpty()) {
      throw new CodedException(
          PermissionError.NOT_YOURS, "The account " + account + " is neither a prover nor a host.");
    }
    List<IssuedPermit> permits =
        ledger.permitsFor(queryHash).stream()
            .filter(permit -> isProver || own.contains(permit.permit().host()))
            .toList();
    if (isProver && own.isEmpty()) {
      requireCommitted(account, queryHash, permits.size());
    }
    LOG.info("{} looked up {}: {} permits", account, queryHash, permits.size());
    if (permits.isEmpty()) {
      throw new CodedException(
          PermissionError.NO_PERMIT, "There is no permit for this query hash.");
    }
    return permits;
  }

  /**
   * A prover that asked before it was bound to its evidence would learn, and could tell, which
   * query was the audit.
   */
  private void requireCommitted(Address prover, Bytes32 queryHash, int permits) {
    long most = (long) chain.get().register().commitmentsOf(prover) * lookupsPerCommitment;
    if (!ledger.noteLookup(prover, queryHash, most, permits, clock.instant().getEpochSecond())) {
      LOG.info("{} was not shown {}: {} lookups are used up", prover, queryHash, most);
      throw new CodedException(
          PermissionError.NOT_COMMITTED,
          "The prover %s has commitments for %d lookups, which others have used up."
              .formatted(prover, most));
    }
  }

  /**
   * What a host has had in a month, by model.
   *
   * @param month of the year, UTC
   * @throws CodedException {@link PermissionError#HOST_UNKNOWN}
   */
  public Statement statementOf(Address account, YearMonth month) {
    Set<Address> hosts = hostsOf(account);
    if (hosts.isEmpty()) {
      throw new CodedException(
          PermissionError.HOST_UNKNOWN,
          "No published instance has " + account + " as its wallet or gateway key.");
    }
    Address host = hosts.contains(account) ? account : hosts.iterator().next();
    return new Statement(
        host, month, ledger.monthOf(host, month.getYear() * 100 + month.getMonthValue()));
  }

  /**
   * A host's month.
   *
   * @param host its wallet
   * @param month UTC
   * @param models what it has had, by model
   */
  public record Statement(Address host, YearMonth month, List<MonthUsage> models) {

    public Statement {
      models = List.copyOf(models);
    }
  }

  /**
   * What a host has had.
   *
   * @throws CodedException {@link PermissionError#NOT_YOURS}
   */
  public Usage usageOf(Address account, Address host) {
    requireMaySee(account, host);
    return ledger.usageOf(host).orElse(Usage.none(host));
  }

  /**
   * The same for each model.
   *
   * @throws CodedException {@link PermissionError#NOT_YOURS}
   */
  public List<ModelUsage> usageByModel(Address account, Address host) {
    requireMaySee(account, host);
    return ledger.usageByModel(host);
  }

  private void requireMaySee(Address account, Address host) {
    boolean maySee =
        provers.contains(account)
            || dashboards.contains(account)
            || account.equals(host)
            || hostsOf(account).contains(host);
    if (!maySee) {
      throw new CodedException(
          PermissionError.NOT_YOURS, "The account " + account + " may not see this host's usage.");
    }
  }

  /**
   * What all hosts have had, of which the thousand with the most permits are listed.
   *
   * @throws CodedException {@link PermissionError#NOT_YOURS}
   */
  public TotalUsage totalUsage(Address account) {
    if (!dashboards.contains(account)) {
      throw new CodedException(
          PermissionError.NOT_YOURS, "The account " + account + " may not see all hosts' usage.");
    }
    return ledger.totalUsage(MOST_HOSTS);
  }

  private Set<Address> hostsOf(Address account) {
    return chain.get().register().hostsOf(account, clock.instant().getEpochSecond());
  }
}
