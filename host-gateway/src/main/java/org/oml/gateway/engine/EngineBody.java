package org.oml.gateway.engine;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;

/**
 * The body of an engine's answer, taken piece by piece. The engine is asked for the next piece only
 * when the last one was taken, so a slow client slows the engine down and no answer piles up in
 * memory.
 */
public final class EngineBody implements BodySubscriber<EngineBody>, AutoCloseable {

  private sealed interface Signal {}

  private record Piece(byte[] bytes) implements Signal {}

  private record End() implements Signal {}

  private record Broken(Throwable cause) implements Signal {}

  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private final Duration idleLimit;
  private boolean ended;

  EngineBody(Duration idleLimit) {
    this.idleLimit = idleLimit;
  }

  /**
   * The next bytes, or null once the body has ended.
   *
   * @throws CodedException {@link GatewayError#ENGINE_TIMEOUT} when the engine is silent for longer
   *     than the limit, {@link GatewayError#ENGINE_STREAM_BROKEN} when the connection breaks
   */
  public byte @Nullable [] next() {
    if (ended) {
      return null;
    }
    return switch (take()) {
      case Piece piece -> {
        subscription.join().request(1);
        yield piece.bytes();
      }
      case End end -> {
        ended = true;
        yield null;
      }
      case Broken broken ->
          throw new CodedException(
              GatewayError.ENGINE_STREAM_BROKEN, "The engine's answer broke off.", broken.cause());
    };
  }

  /**
   * All bytes that are left.
   *
   * @param limit more than these are refused
   * @param taken told of the bytes of each piece, before it is kept
   * @throws CodedException as {@link #next}, and {@link GatewayError#ENGINE_ANSWER_TOO_LARGE}
   */
  public byte[] rest(int limit, IntConsumer taken) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] piece = next(); piece != null; piece = next()) {
      if (all.size() + piece.length > limit) {
        throw new CodedException(
            GatewayError.ENGINE_ANSWER_TOO_LARGE,
            "The engine's answer is longer than " + limit + " bytes.");
      }
      taken.accept(piece.length);
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }

  /**
   * Waits a moment for the end of a body of which nothing more is needed, so that its connection
   * can be used again.
   */
  public void settle(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (!ended) {
        Signal signal = signals.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        subscription.join().request(1);
        ended = !(signal instanceof Piece);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Signal take() {
    try {
      Signal signal = signals.poll(idleLimit.toMillis(), TimeUnit.MILLISECONDS);
      if (signal == null) {
        close();
        throw new CodedException(
            GatewayError.ENGINE_TIMEOUT,
            "The engine sent nothing for " + idleLimit.toSeconds() + " seconds.");
      }
      return signal;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(
          GatewayError.ENGINE_STREAM_BROKEN, "The gateway is being stopped.", e);
    }
  }

  /** Ends the exchange with the engine if it still goes on. */
  @Override
  public void close() {
    var _ = subscription.thenAccept(Flow.Subscription::cancel);
  }

  @Override
  public CompletionStage<EngineBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription.complete(newSubscription);
    newSubscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    byte[] bytes = new byte[buffers.stream().mapToInt(ByteBuffer::remaining).sum()];
    int at = 0;
    for (ByteBuffer buffer : buffers) {
      int length = buffer.remaining();
      buffer.get(bytes, at, length);
      at += length;
    }
    signals.add(new Piece(bytes));
  }

  @Override
  public void onError(Throwable cause) {
    signals.add(new Broken(cause));
  }

  @Override
  public void onComplete() {
    signals.add(new End());
  }
}
