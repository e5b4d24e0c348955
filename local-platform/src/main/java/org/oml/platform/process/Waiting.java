package org.oml.platform.process;

import org.oml.platform.home.PlatformError;
import org.oml.protocol.CodedException;

/**
 * Pauses between two questions to a process, which end at once when the thread is asked to stop.
 */
public final class Waiting {

  private Waiting() {}

  /**
   * Sleeps.
   *
   * @throws CodedException {@link PlatformError#PROCESS_NOT_READY} if the thread is interrupted
   */
  public static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(PlatformError.PROCESS_NOT_READY, "Waiting was interrupted.", e);
    }
  }
}
