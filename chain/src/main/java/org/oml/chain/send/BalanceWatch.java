package org.oml.chain.send;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks now and then whether the account can still pay for gas. */
final class BalanceWatch {

  private static final Logger LOG = LoggerFactory.getLogger(BalanceWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final int DECIMALS = 18;

  private final ChainClient client;
  private final Address account;
  private final SenderLimits limits;
  private final InstantSource clock;
  private Instant next = Instant.MIN;
  private volatile @Nullable BigInteger seen;

  BalanceWatch(ChainClient client, Address account, SenderLimits limits, InstantSource clock) {
    this.client = client;
    this.account = account;
    this.limits = limits;
    this.clock = clock;
  }

  synchronized void look() {
    Instant now = clock.instant();
    if (now.isBefore(next)) {
      return;
    }
    next = now.plus(INTERVAL);
    try {
      boolean before = warning().isPresent();
      seen = client.balance(account);
      if (!before) {
        warning().ifPresent(low -> LOG.warn("{}", low.getMessage()));
      }
    } catch (CodedException e) {
      LOG.debug("The balance of {} is not known: {}", account, e.getMessage());
    }
  }

  /** {@link ChainError#BALANCE_LOW} below the alarm. */
  Optional<CodedException> warning() {
    BigInteger balance = seen;
    return balance == null || balance.compareTo(limits.balanceAlarm()) >= 0
        ? Optional.empty()
        : Optional.of(
            new CodedException(
                ChainError.BALANCE_LOW,
                "The account %s has %s wei left, and should have %s."
                    .formatted(account, balance, limits.balanceAlarm())));
  }

  /** Not a number before the first look. */
  double ether() {
    BigInteger balance = seen;
    return balance == null ? Double.NaN : new BigDecimal(balance, DECIMALS).doubleValue();
  }
}
