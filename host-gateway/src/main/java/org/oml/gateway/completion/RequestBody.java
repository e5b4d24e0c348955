package org.oml.gateway.completion;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.oml.gateway.GatewayError;
import org.oml.gateway.MemoryBudget;
import org.oml.protocol.CodedException;

/** Reads what a client sends, up to a limit of size and of time. */
final class RequestBody {

  private static final int PIECE = 16 * 1024;

  private RequestBody() {}

  /**
   * @param limit of bytes
   * @param patience for the whole body: the container's own limit is between two pieces, and a
   *     client that sends a byte now and then never meets it
   * @param share takes the bytes
   * @throws CodedException {@link GatewayError#BODY_TOO_LARGE}, {@link
   *     GatewayError#BODY_INCOMPLETE}, or {@link GatewayError#BUSY}
   */
  static byte[] read(
      HttpServletRequest request, int limit, Duration patience, MemoryBudget.Share share) {
    if (request.getContentLengthLong() > limit) {
      throw tooLarge(limit);
    }
    long deadline = System.nanoTime() + patience.toNanos();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] piece = new byte[pieceOf(request.getContentLengthLong())];
    try {
      InputStream in = request.getInputStream();
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        if (body.size() + read > limit) {
          throw tooLarge(limit);
        }
        if (System.nanoTime() - deadline > 0) {
          throw incomplete("The body did not come within " + patience.toSeconds() + " s.", null);
        }
        share.take(read);
        body.write(piece, 0, read);
      }
    } catch (SocketTimeoutException e) {
      throw incomplete("The rest of the body did not come in time.", e);
    } catch (IOException e) {
      throw incomplete("The body broke off.", e);
    }
    return body.toByteArray();
  }

  /** No more than a short body needs, and no more for a long one than has come of it. */
  private static int pieceOf(long length) {
    return length < 0 ? PIECE : (int) Math.min(PIECE, length + 1);
  }

  private static CodedException tooLarge(int limit) {
    return new CodedException(
        GatewayError.BODY_TOO_LARGE, "The body is longer than " + limit + " bytes.");
  }

  private static CodedException incomplete(
      String detail, @org.jspecify.annotations.Nullable Exception cause) {
    return new CodedException(GatewayError.BODY_INCOMPLETE, detail, cause);
  }
}
