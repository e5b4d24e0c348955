package org.oml.prover.target;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A body as text, or {@link TooLarge}: the client's own bound fails with an exception that looks
 * like a broken connection, after which the question would be asked again.
 */
final class BoundedText implements BodySubscriber<String> {

  private final BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);
  private long left;
  private @Nullable Subscription subscription;

  /** The body was larger than allowed. */
  static final class TooLarge extends IOException {

    private static final long serialVersionUID = 1L;
  }

  /**
   * @param largest in bytes
   */
  BoundedText(long largest) {
    this.left = largest;
  }

  @Override
  public void onSubscribe(Subscription source) {
    subscription = source;
    text.onSubscribe(source);
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    if (left < 0) {
      return;
    }
    left -= pieces.stream().mapToLong(ByteBuffer::remaining).sum();
    if (left >= 0) {
      text.onNext(pieces);
      return;
    }
    if (subscription != null) {
      subscription.cancel();
    }
    text.onError(new TooLarge());
  }

  @Override
  public void onError(Throwable failure) {
    text.onError(failure);
  }

  @Override
  public void onComplete() {
    text.onComplete();
  }

  @Override
  public CompletionStage<String> getBody() {
    return text.getBody();
  }
}
