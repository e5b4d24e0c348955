package org.oml.permission;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.oml.permission.epoch.EpochSettings;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an operator sets.
 *
 * @param signer the key that signs permits
 * @param nextSigner the key that takes over as soon as the PermitLedger lets it; may be left out
 * @param permitLife how long a permit lives, whole seconds, at most ten minutes
 * @param groupSize permits that share a transaction at most
 * @param writers transactions of the ledger at a time
 * @param ledgerPart the time of issue that one part of the ledger covers
 * @param maxUnacknowledged permits that a host may have beyond those it acknowledged
 * @param permitsPerSecond that a host may ask for in a second, at each process of the service
 * @param chainPatience how old the last look at the chain may be before permits are refused
 * @param lookupsPerCommitment query hashes that a prover may look up for each commitment on chain
 * @param provers addresses that may look permits up
 * @param dashboards addresses that may see every host's usage
 * @param auditors addresses that may read the permits and charges of every epoch
 * @param operator the account that posts epochs; without it this process settles none
 * @param epoch when epochs are closed and how they are settled
 */
@ConfigurationProperties("oml.permission")
public record PermissionSettings(
    Signer signer,
    @Nullable Signer nextSigner,
    @DefaultValue("10m") Duration permitLife,
    @DefaultValue("1024") int groupSize,
    @DefaultValue("1") int writers,
    @DefaultValue("1d") Duration ledgerPart,
    @DefaultValue("100000") long maxUnacknowledged,
    @DefaultValue("100000") long permitsPerSecond,
    @DefaultValue("60s") Duration chainPatience,
    @DefaultValue("4") long lookupsPerCommitment,
    @DefaultValue List<String> provers,
    @DefaultValue List<String> dashboards,
    @DefaultValue List<String> auditors,
    @Nullable Operator operator,
    @DefaultValue Epochs epoch) {

  private static final Duration LONGEST_LIFE = Duration.ofMinutes(10);

  /**
   * The permit signer, which the PermitLedger authorises.
   *
   * @param keystore Web3 Secret Storage V3
   * @param passwordFile its password
   */
  public record Signer(Path keystore, Path passwordFile) {

    public Signer {
      requireSet(keystore, "signer.keystore");
      requireSet(passwordFile, "signer.password-file");
    }
  }

  /**
   * The account that posts epochs, which the PermitLedger appoints and which has gas.
   *
   * @param keystore Web3 Secret Storage V3
   * @param passwordFile its password
   */
  public record Operator(Path keystore, Path passwordFile) {

    public Operator {
      requireSet(keystore, "operator.keystore");
      requireSet(passwordFile, "operator.password-file");
    }
  }

  /**
   * As {@link EpochSettings}.
   *
   * @param period of an epoch at most
   * @param permits after which an epoch is closed early
   * @param grace between the end of an epoch and its closing
   * @param batch charges that one transaction settles
   * @param poll time between two looks
   */
  public record Epochs(
      @DefaultValue("1h") Duration period,
      @DefaultValue("200000") long permits,
      @DefaultValue("10s") Duration grace,
      @DefaultValue("100") int batch,
      @DefaultValue("1s") Duration poll) {}

  public PermissionSettings {
    requireSet(signer, "signer.keystore");
    require(
        permitLife.toSeconds() >= 1 && permitLife.compareTo(LONGEST_LIFE) <= 0,
        "permit-life",
        "must be between 1 second and 10 minutes");
    require(groupSize >= 1 && groupSize <= 4096, "group-size", "must be between 1 and 4096");
    require(writers >= 1 && writers <= 16, "writers", "must be between 1 and 16");
    require(
        ledgerPart.toSeconds() >= 60 && ledgerPart.toNanosPart() == 0,
        "ledger-part",
        "must be whole seconds, at least a minute");
    require(maxUnacknowledged >= 1, "max-unacknowledged", "must be at least 1");
    require(permitsPerSecond >= 1, "permits-per-second", "must be at least 1");
    require(lookupsPerCommitment >= 1, "lookups-per-commitment", "must be at least 1");
    require(chainPatience.isPositive(), "chain-patience", "must be longer than nothing");
    provers = List.copyOf(provers);
    dashboards = List.copyOf(dashboards);
    requireAddresses(provers, "provers");
    requireAddresses(dashboards, "dashboards");
    auditors = List.copyOf(auditors);
    requireAddresses(auditors, "auditors");
    epochsOf(epoch);
  }

  /** When epochs are closed and how they are settled. */
  public EpochSettings epochSettings() {
    return epochsOf(epoch);
  }

  private static EpochSettings epochsOf(Epochs set) {
    try {
      return new EpochSettings(set.period(), set.permits(), set.grace(), set.batch(), set.poll());
    } catch (IllegalArgumentException e) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.permission." + e.getMessage() + ".", e);
    }
  }

  /** Who may read the permits and charges of every epoch. */
  public Set<Address> auditorAddresses() {
    return auditors.stream().map(Address::parse).collect(Collectors.toUnmodifiableSet());
  }

  /** Who may look permits up. */
  public Set<Address> proverAddresses() {
    return provers.stream().map(Address::parse).collect(Collectors.toUnmodifiableSet());
  }

  /** Who may see every host's usage. */
  public Set<Address> dashboardAddresses() {
    return dashboards.stream().map(Address::parse).collect(Collectors.toUnmodifiableSet());
  }

  private static void requireAddresses(List<String> texts, String name) {
    for (String text : texts) {
      try {
        Address.parse(text);
      } catch (CodedException e) {
        throw new CodedException(
            ServiceError.SETTING_INVALID, "oml.permission." + name + ": " + e.getMessage(), e);
      }
    }
  }

  private static void requireSet(@Nullable Object value, String name) {
    if (value == null) {
      throw new CodedException(
          ServiceError.SETTING_MISSING, "oml.permission." + name + " is not set.");
    }
  }

  private static void require(boolean holds, String name, String otherwise) {
    if (!holds) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.permission." + name + " " + otherwise + ".");
    }
  }
}
