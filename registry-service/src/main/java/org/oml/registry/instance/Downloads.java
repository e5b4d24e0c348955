package org.oml.registry.instance;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.LicenceAcceptance;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.catalogue.ChainView;
import org.oml.registry.suspension.Suspensions;
import org.springframework.stereotype.Component;

/**
 * Whether a host may have bytes of its instance now, and the log of those that it asked for. It is
 * written before the first byte goes out, so that nothing is downloaded unseen.
 */
@Component
public final class Downloads {

  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration STANDING_LASTS = Duration.ofSeconds(5);
  private static final int MOST_STANDINGS = 10_000;

  private final DownloadRows rows;
  private final ChainView chain;
  private final Suspensions suspensions;
  private final long dailyBytes;
  private final ConcurrentHashMap<Key, Instant> inGoodStanding = new ConcurrentHashMap<>();

  Downloads(
      DownloadRows rows, ChainView chain, Suspensions suspensions, RegistryProperties properties) {
    this.rows = rows;
    this.chain = chain;
    this.suspensions = suspensions;
    this.dailyBytes = properties.dailyDownload().toBytes();
  }

  private record Key(Bytes32 modelId, Address host, int termsVersion) {}

  /**
   * Goes on only for an instance that is published, of a host that nobody suspended and that has
   * the stake that its terms ask for.
   *
   * @throws CodedException {@link RegistryError#INSTANCE_NOT_PUBLISHED}, {@link
   *     RegistryError#HOST_SUSPENDED_BY_ADMIN}, {@link RegistryError#HOST_INACTIVE}
   */
  public void requireAllowed(Instance instance) {
    if (instance.state() != InstanceState.PUBLISHED) {
      throw new CodedException(
          RegistryError.INSTANCE_NOT_PUBLISHED, "The instance is " + instance.state() + ".");
    }
    LicenceAcceptance licence = instance.licence();
    suspensions.requireNone(licence.host());
    Key key = new Key(licence.modelId(), licence.host(), licence.termsVersion());
    Instant known = inGoodStanding.get(key);
    if (known != null && known.isAfter(Instant.now())) {
      return;
    }
    BigInteger minimum = chain.terms(key.modelId(), key.termsVersion()).minimumStake();
    if (chain.activeStake(key.modelId(), key.host()).compareTo(minimum) < 0) {
      inGoodStanding.remove(key);
      throw new CodedException(
          RegistryError.HOST_INACTIVE,
          "The host's stake is below the " + minimum + " that its terms ask for.");
    }
    if (inGoodStanding.size() >= MOST_STANDINGS) {
      inGoodStanding.clear();
    }
    inGoodStanding.put(key, Instant.now().plus(STANDING_LASTS));
  }

  /**
   * Notes that a host asks for bytes. Requests at the same moment do not see each other, so that a
   * host may go beyond its day by what it asks for at once.
   *
   * @throws CodedException {@link RegistryError#QUOTA_USED} if it asked for more than {@code
   *     oml.registry.daily-download} within 24 hours
   */
  public void note(Instance instance, String path, long bytes) {
    Address host = instance.licence().host();
    if (usedToday(host) + bytes > dailyBytes) {
      throw new CodedException(
          RegistryError.QUOTA_USED,
          "The host asked for " + dailyBytes + " bytes within a day, all that it may.");
    }
    rows.save(new DownloadRow(host, instance.instanceId(), path, bytes));
  }

  private long usedToday(Address host) {
    return rows.bytesSince(host, Instant.now().minus(DAY));
  }
}
