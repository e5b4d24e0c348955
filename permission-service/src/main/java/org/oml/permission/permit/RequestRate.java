package org.oml.permission.permit;

import java.util.concurrent.ConcurrentHashMap;
import org.oml.permission.PermissionError;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;

/**
 * How fast a host may ask: a bucket that holds the permits of ten seconds and fills by the second.
 * It is each process's own, so that asking costs nothing; several processes together let as many
 * times as much through.
 */
final class RequestRate {

  private static final int SECONDS_HELD = 10;
  private static final double NANOS = 1e9;

  private record Bucket(double left, long at) {}

  private final ConcurrentHashMap<Address, Bucket> buckets = new ConcurrentHashMap<>();
  private final long perSecond;

  /**
   * @param perSecond permits in a second, in the long run
   */
  RequestRate(long perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * Takes permits from a host's bucket. Only hosts that are published have one, so that nobody else
   * can fill the memory.
   *
   * @throws CodedException {@link PermissionError#TOO_FAST}
   */
  void require(Address host, int permits) {
    long now = System.nanoTime();
    double full = Math.max((double) perSecond * SECONDS_HELD, permits);
    boolean[] refused = new boolean[1];
    buckets.compute(
        host,
        (address, known) -> {
          double left =
              known == null
                  ? full
                  : Math.min(full, known.left() + (now - known.at()) / NANOS * perSecond);
          refused[0] = left < permits;
          return new Bucket(refused[0] ? left : left - permits, now);
        });
    if (refused[0]) {
      throw new CodedException(
          PermissionError.TOO_FAST,
          "The host " + host + " asks for more than " + perSecond + " permits a second.");
    }
  }
}
