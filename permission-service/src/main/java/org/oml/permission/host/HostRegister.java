package org.oml.permission.host;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.oml.permission.PermissionError;
import org.oml.permission.host.ChainFact.BalanceDeposited;
import org.oml.permission.host.ChainFact.BalanceLeaving;
import org.oml.permission.host.ChainFact.BalanceWithdrawn;
import org.oml.permission.host.ChainFact.DebtChanged;
import org.oml.permission.host.ChainFact.EvidenceCommitted;
import org.oml.permission.host.ChainFact.GatewayKeyReplaced;
import org.oml.permission.host.ChainFact.InstancePublished;
import org.oml.permission.host.ChainFact.LeavingCharged;
import org.oml.permission.host.ChainFact.SignerAdded;
import org.oml.permission.host.ChainFact.SignerRetired;
import org.oml.permission.host.ChainFact.StakeDeposited;
import org.oml.permission.host.ChainFact.StakeExiting;
import org.oml.permission.host.ChainFact.StakeSlashed;
import org.oml.permission.host.ChainFact.TermsPublished;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;

/**
 * What the chain says of hosts, their instances, terms and stake, and of permit signers. Made of
 * the chain's facts in their order; does not change afterwards.
 */
public final class HostRegister {

  private record TermsKey(Bytes32 modelId, int version) {}

  private record Account(Bytes32 modelId, Address host) {}

  private record Signer(long validFrom, long retiredAt) {}

  private final Map<Bytes32, Instance> instances = new LinkedHashMap<>();
  private final Map<Bytes32, TreeMap<Long, Address>> gatewayKeys = new HashMap<>();
  private final Map<Address, Set<Bytes32>> instancesByAccount = new HashMap<>();
  private final Map<TermsKey, Terms> terms = new HashMap<>();
  private final Map<Account, Stake> stakes = new HashMap<>();
  private final Map<Account, Prepaid> prepaid = new HashMap<>();
  private final Map<Address, Signer> signers = new HashMap<>();
  private final Map<Address, Integer> commitments = new HashMap<>();

  HostRegister(List<ChainFact> facts) {
    facts.forEach(this::add);
  }

  private void add(ChainFact fact) {
    switch (fact) {
      case InstancePublished published -> add(published);
      case GatewayKeyReplaced(Bytes32 instanceId, Address key, long validFrom) ->
          addKey(instanceId, validFrom, key);
      case TermsPublished(var modelId, var version, var price, var stake, var unacknowledged) ->
          terms.put(new TermsKey(modelId, version), new Terms(price, stake, unacknowledged));
      case StakeDeposited(var modelId, var host, var amount) ->
          changeStake(modelId, host, stake -> stake.deposited(amount));
      case StakeExiting(var modelId, var host, var amount) ->
          changeStake(modelId, host, stake -> stake.exiting(amount));
      case StakeSlashed(var modelId, var host, var amount) ->
          changeStake(modelId, host, stake -> stake.slashed(amount));
      case BalanceDeposited(var modelId, var host, var amount) ->
          changePrepaid(modelId, host, had -> had.deposited(amount));
      case BalanceLeaving(var modelId, var host, var amount) ->
          changePrepaid(modelId, host, had -> had.askedBack(amount));
      case BalanceWithdrawn(var modelId, var host, var amount) ->
          changePrepaid(modelId, host, had -> had.withdrawn(amount));
      case LeavingCharged(var modelId, var host, var amount) ->
          changePrepaid(modelId, host, had -> had.leavingCharged(amount));
      case DebtChanged(var modelId, var host, var debt) ->
          changePrepaid(modelId, host, had -> had.owing(debt));
      case SignerAdded(Address signer, long validFrom) ->
          signers.put(signer, new Signer(validFrom, Long.MAX_VALUE));
      case SignerRetired(Address signer, long retiredAt) ->
          signers.computeIfPresent(
              signer, (key, added) -> new Signer(added.validFrom(), retiredAt));
      case EvidenceCommitted(Address prover, var commitment) ->
          commitments.merge(prover, 1, Integer::sum);
    }
  }

  private void add(InstancePublished published) {
    Bytes32 id = published.instanceId();
    instances.put(
        id, new Instance(published.modelId(), id, published.host(), published.termsVersion()));
    link(published.host(), id);
    addKey(id, 0, published.gatewayKey());
  }

  private void addKey(Bytes32 instanceId, long validFrom, Address key) {
    gatewayKeys.computeIfAbsent(instanceId, id -> new TreeMap<>()).put(validFrom, key);
    link(key, instanceId);
  }

  private void link(Address account, Bytes32 instanceId) {
    instancesByAccount.computeIfAbsent(account, key -> new LinkedHashSet<>()).add(instanceId);
  }

  private void changeStake(Bytes32 modelId, Address host, UnaryOperator<Stake> change) {
    Account key = new Account(modelId, host);
    stakes.put(key, change.apply(stakes.getOrDefault(key, Stake.NONE)));
  }

  private void changePrepaid(Bytes32 modelId, Address host, UnaryOperator<Prepaid> change) {
    Account key = new Account(modelId, host);
    prepaid.put(key, change.apply(prepaid.getOrDefault(key, Prepaid.NONE)));
  }

  /**
   * How the host stands for whom an account asks.
   *
   * @param account a host's wallet, or the key of its gateway at that time
   * @param instanceId which instance, where the account has several
   * @param time seconds since 1970
   * @throws CodedException {@link PermissionError#HOST_UNKNOWN}, {@link
   *     PermissionError#INSTANCE_UNKNOWN}, {@link PermissionError#INSTANCE_AMBIGUOUS} or {@link
   *     PermissionError#TERMS_UNKNOWN}
   */
  public Standing standingOf(Address account, Optional<Bytes32> instanceId, long time) {
    List<Instance> owned = instancesOf(account, time);
    if (owned.isEmpty()) {
      throw new CodedException(
          PermissionError.HOST_UNKNOWN,
          "No published instance has " + account + " as its wallet or gateway key.");
    }
    Instance instance = instanceId.isPresent() ? chosen(owned, instanceId.get()) : only(owned);
    Terms signed = terms.get(new TermsKey(instance.modelId(), instance.termsVersion()));
    if (signed == null) {
      throw new CodedException(
          PermissionError.TERMS_UNKNOWN,
          "Version " + instance.termsVersion() + " of the terms is not known here.");
    }
    Account own = new Account(instance.modelId(), instance.host());
    return new Standing(
        instance,
        signed,
        stakes.getOrDefault(own, Stake.NONE),
        prepaid.getOrDefault(own, Prepaid.NONE));
  }

  /**
   * The hosts for which an account may speak: itself, or those whose gateway key it is at that
   * time.
   */
  public Set<Address> hostsOf(Address account, long time) {
    Set<Address> hosts = new LinkedHashSet<>();
    instancesOf(account, time).forEach(instance -> hosts.add(instance.host()));
    return hosts;
  }

  /** Whether a key's permits are valid if they are issued at this time, in seconds since 1970. */
  public boolean isSigner(Address key, long time) {
    Signer signer = signers.get(key);
    return signer != null && signer.validFrom() <= time && time < signer.retiredAt();
  }

  /** From when on a key that was added is a signer, seconds since 1970. */
  public long signerSince(Address key) {
    Signer signer = signers.get(key);
    return signer == null ? Long.MAX_VALUE : signer.validFrom();
  }

  /**
   * For which of a host's instances of a model an account is the gateway key at a time.
   *
   * @param time seconds since 1970
   */
  public Optional<Bytes32> instanceOf(
      Address gatewayKey, Address host, Bytes32 modelId, long time) {
    return instancesOf(gatewayKey, time).stream()
        .filter(found -> found.host().equals(host) && found.modelId().equals(modelId))
        .map(Instance::instanceId)
        .findFirst();
  }

  /** How much evidence a prover has committed to so far. */
  public int commitmentsOf(Address prover) {
    return commitments.getOrDefault(prover, 0);
  }

  /** Every host of every model. */
  public List<HostRecord> hosts() {
    Map<Account, List<Instance>> owned = new HashMap<>();
    stakes.keySet().forEach(account -> owned.put(account, new ArrayList<>()));
    prepaid.keySet().forEach(account -> owned.putIfAbsent(account, new ArrayList<>()));
    for (Instance instance : instances.values()) {
      owned
          .computeIfAbsent(
              new Account(instance.modelId(), instance.host()), account -> new ArrayList<>())
          .add(instance);
    }
    List<HostRecord> hosts = new ArrayList<>();
    owned.forEach((account, its) -> hosts.add(recordOf(account, its)));
    return hosts;
  }

  private HostRecord recordOf(Account account, List<Instance> owned) {
    BigInteger minimum =
        owned.stream()
            .map(instance -> terms.get(new TermsKey(account.modelId(), instance.termsVersion())))
            .filter(Objects::nonNull)
            .map(Terms::minimumStake)
            .reduce(BigInteger.ZERO, BigInteger::max);
    return new HostRecord(
        account.modelId(),
        account.host(),
        stakes.getOrDefault(account, Stake.NONE),
        prepaid.getOrDefault(account, Prepaid.NONE),
        minimum,
        owned);
  }

  private List<Instance> instancesOf(Address account, long time) {
    return instancesByAccount.getOrDefault(account, Set.of()).stream()
        .map(instances::get)
        .filter(instance -> instance != null && answersFor(account, instance, time))
        .toList();
  }

  private boolean answersFor(Address account, Instance instance, long time) {
    TreeMap<Long, Address> keys = gatewayKeys.getOrDefault(instance.instanceId(), new TreeMap<>());
    var current = keys.floorEntry(time);
    return account.equals(instance.host())
        || (current != null && account.equals(current.getValue()));
  }

  private static Instance chosen(List<Instance> owned, Bytes32 instanceId) {
    return owned.stream()
        .filter(instance -> instance.instanceId().equals(instanceId))
        .findFirst()
        .orElseThrow(
            () ->
                new CodedException(
                    PermissionError.INSTANCE_UNKNOWN,
                    "The instance " + instanceId + " is not this account's."));
  }

  private static Instance only(List<Instance> owned) {
    if (owned.size() > 1) {
      throw new CodedException(
          PermissionError.INSTANCE_AMBIGUOUS,
          "This account answers for " + owned.size() + " instances.");
    }
    return owned.getFirst();
  }
}
