package org.oml.host.permit;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.oml.host.HostError;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Permits from the permission service, and blank ones bought beforehand while it is away. A stock
 * is kept of as many as the host wants; blanks live as short as any permit, so what is not used is
 * bought anew before it ends.
 */
public final class GracePermits implements PermitSource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GracePermits.class);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration STAYS_AWAY = Duration.ofSeconds(1);

  private final PermissionServicePermits service;
  private final BlankPermits blanks;
  private final BlankPurchases purchases;
  private final int wanted;
  private final Duration renewBefore;
  private final Duration graceAfter;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile long awayUntil = System.nanoTime();
  private volatile boolean complained;

  /**
   * @param blanks those that are kept
   * @param purchases put new ones there
   * @param wanted how many blanks are kept
   * @param renewBefore the end of a blank a new one is bought
   * @param graceAfter how long a query waits for a permit of its own before it takes a blank
   */
  public GracePermits(
      PermissionServicePermits service,
      BlankPermits blanks,
      BlankPurchases purchases,
      int wanted,
      Duration renewBefore,
      Duration graceAfter) {
    this.service = service;
    this.blanks = blanks;
    this.purchases = purchases;
    this.wanted = wanted;
    this.renewBefore = renewBefore;
    this.graceAfter = graceAfter;
    Thread.ofVirtual().name("blank-permits").start(this::keepStock);
  }

  @Override
  public Optional<IssuedPermit> permitFor(Bytes32 queryHash) {
    if (System.nanoTime() - awayUntil < 0) {
      Optional<IssuedPermit> blank = blanks.next();
      if (blank.isPresent()) {
        return blank;
      }
    }
    if (blanks.count(Duration.ZERO) == 0) {
      return service.permitFor(queryHash);
    }
    try {
      return service.permitFor(queryHash, graceAfter);
    } catch (CodedException e) {
      if (e.code() != HostError.PERMIT_UNAVAILABLE) {
        throw e;
      }
      awayUntil = System.nanoTime() + STAYS_AWAY.toNanos();
      return Optional.of(blanks.next().orElseThrow(() -> e));
    }
  }

  /** Ready as long as there is a permit for the next query, from wherever. */
  @Override
  public boolean isReady() {
    return service.isReady() || blanks.count(Duration.ZERO) > 0;
  }

  private void keepStock() {
    try {
      do {
        fill();
      } while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Purchases are small; so many of them fill the stock, and no more are made at a time. */
  private void fill() {
    int purchaseCount = (wanted + BlankPurchases.MOST - 1) / BlankPurchases.MOST;
    for (int purchase = 0; purchase < purchaseCount; purchase++) {
      int missing = wanted - blanks.count(renewBefore);
      if (missing <= 0 || !buy(missing)) {
        return;
      }
    }
  }

  private boolean buy(int missing) {
    try {
      purchases.buy(missing);
      complained = false;
      return true;
    } catch (IOException | RuntimeException e) {
      if (!complained) {
        LOG.warn(
            "No blank permits can be had; grace is for {} queries", blanks.count(Duration.ZERO), e);
      }
      complained = true;
      return false;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    service.close();
  }
}
