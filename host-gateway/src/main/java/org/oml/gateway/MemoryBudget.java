package org.oml.gateway;

import java.util.concurrent.Semaphore;
import org.oml.protocol.CodedException;

/**
 * Bounds what all queries together hold in memory, however many they are and however slowly their
 * bodies come. What is over it is refused at once, before it is taken.
 */
public final class MemoryBudget {

  private static final int PIECE = 1024;

  private final Semaphore pieces;

  /**
   * @param bytes of all bodies and answers together
   */
  public MemoryBudget(long bytes) {
    this.pieces = new Semaphore(Math.toIntExact(Math.max(1, bytes / PIECE)));
  }

  /** Opens the share of one query; closing gives back what it took. */
  public Share share() {
    return new Share(pieces);
  }

  /** What one query holds. For one thread. */
  public static final class Share implements AutoCloseable {

    private final Semaphore pieces;
    private int taken;
    private long bytes;

    private Share(Semaphore pieces) {
      this.pieces = pieces;
    }

    /**
     * Takes room for more bytes.
     *
     * @throws CodedException {@link GatewayError#BUSY} when there is none
     */
    public void take(int more) {
      bytes += more;
      int needed = (int) ((bytes + PIECE - 1) / PIECE) - taken;
      if (needed > 0) {
        if (!pieces.tryAcquire(needed)) {
          throw new CodedException(
              GatewayError.BUSY, "The gateway already holds as many bodies as it may.");
        }
        taken += needed;
      }
    }

    @Override
    public void close() {
      pieces.release(taken);
      taken = 0;
    }
  }
}
