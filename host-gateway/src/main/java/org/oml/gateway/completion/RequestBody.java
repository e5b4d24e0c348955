package org.oml.gateway.completion;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;

/** Reads what a client sends, up to a limit. */
final class RequestBody {

  private RequestBody() {}

  /**
   * @throws CodedException {@link GatewayError#BODY_TOO_LARGE} or {@link
   *     GatewayError#BODY_INCOMPLETE}
   */
  static byte[] read(HttpServletRequest request, int limit) {
    if (request.getContentLengthLong() > limit) {
      throw tooLarge(limit);
    }
    byte[] body;
    try {
      body = request.getInputStream().readNBytes(limit + 1);
    } catch (SocketTimeoutException e) {
      throw new CodedException(
          GatewayError.BODY_INCOMPLETE, "The rest of the body did not come in time.", e);
    } catch (IOException e) {
      throw new CodedException(GatewayError.BODY_INCOMPLETE, "The body broke off.", e);
    }
    if (body.length > limit) {
      throw tooLarge(limit);
    }
    return body;
  }

  private static CodedException tooLarge(int limit) {
    return new CodedException(
        GatewayError.BODY_TOO_LARGE, "The body is longer than " + limit + " bytes.");
  }
}
