package org.oml.gateway.engine;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;

/**
 * One query on its way through the engine. The engine works from the moment this exists; closing
 * ends its work.
 */
public final class EngineCall implements AutoCloseable {

  private final Supplier<CompletableFuture<HttpResponse<EngineBody>>> attempt;
  private CompletableFuture<HttpResponse<EngineBody>> current;

  EngineCall(Supplier<CompletableFuture<HttpResponse<EngineBody>>> attempt) {
    this.attempt = attempt;
    this.current = attempt.get();
  }

  /**
   * Waits for the head of the answer.
   *
   * @throws CodedException {@link GatewayError#ENGINE_UNREACHABLE} or {@link
   *     GatewayError#ENGINE_TIMEOUT}
   */
  public EngineAnswer await() {
    try {
      return head();
    } catch (IOException e) {
      if (e instanceof ConnectException || e instanceof HttpTimeoutException) {
        throw failure(e);
      }
    }
    // The engine may have closed an idle connection at the moment it was used: once more, on a new
    // one.
    current = attempt.get();
    try {
      return head();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private EngineAnswer head() throws IOException {
    try {
      HttpResponse<EngineBody> response = current.get();
      return new EngineAnswer(response.statusCode(), response.headers(), response.body());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(GatewayError.ENGINE_UNREACHABLE, "The gateway is being stopped.", e);
    }
  }

  private static CodedException failure(IOException e) {
    if (e instanceof HttpTimeoutException && !(e instanceof HttpConnectTimeoutException)) {
      return new CodedException(
          GatewayError.ENGINE_TIMEOUT, "The engine did not answer in time.", e);
    }
    return new CodedException(GatewayError.ENGINE_UNREACHABLE, "The engine cannot be reached.", e);
  }

  @Override
  public void close() {
    if (!current.cancel(true) && !current.isCompletedExceptionally()) {
      current.join().body().close();
    }
  }
}
