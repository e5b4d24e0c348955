package org.oml.protocol.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * An answer's body that ends with an exception when it brings nothing for too long: the HTTP
 * client's own limit ends with the headers, and a line that is dead behind them would hold its
 * reader for ever.
 */
final class WatchedBody extends FilterInputStream {

  private final Duration longestPause;
  private volatile boolean givenUp;

  /**
   * @param longestPause that one read may take
   */
  WatchedBody(InputStream body, Duration longestPause) {
    super(body);
    this.longestPause = longestPause;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    CompletableFuture<Void> answered =
        new CompletableFuture<Void>().orTimeout(longestPause.toMillis(), TimeUnit.MILLISECONDS);
    var _ = answered.whenComplete((_, late) -> giveUpIf(late != null));
    try {
      int read = super.read(buffer, offset, length);
      if (!givenUp) {
        return read;
      }
    } catch (IOException closed) {
      if (!givenUp) {
        throw closed;
      }
    } finally {
      answered.complete(null);
    }
    throw new IOException("nothing came for " + longestPause.toSeconds() + " seconds");
  }

  private void giveUpIf(boolean late) {
    if (late) {
      givenUp = true;
      try {
        close();
      } catch (IOException e) {
        // Nothing is wanted from it any more.
      }
    }
  }
}
