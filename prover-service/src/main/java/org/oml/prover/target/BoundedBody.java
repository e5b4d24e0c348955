package org.oml.prover.target;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A body of bounded size, or {@link TooLarge}: the client's own bound fails with an exception that
 * looks like a broken connection, after which the question would be asked again.
 */
final class BoundedBody implements BodySubscriber<byte[]> {

  private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();
  private long left;
  private @Nullable Subscription subscription;

  /** The body was larger than allowed. */
  static final class TooLarge extends IOException {

    private static final long serialVersionUID = 1L;
  }

  /**
   * @param largest in bytes
   */
  BoundedBody(long largest) {
    this.left = largest;
  }

  /**
   * What a body says when it is unpacked.
   *
   * @param encoding header {@code Content-Encoding}
   * @param largest in bytes, unpacked
   * @throws TooLarge for one that swells beyond that
   * @throws IOException for one that is packed in another way, or damaged
   */
  static byte[] unpacked(byte[] body, String encoding, int largest) throws IOException {
    InputStream packed = new ByteArrayInputStream(body);
    try (InputStream plain =
        switch (encoding.strip().toLowerCase(Locale.ROOT)) {
          case "", "identity" -> packed;
          case "gzip" -> new GZIPInputStream(packed);
          case "deflate" -> new InflaterInputStream(packed);
          default -> throw new IOException("The body is packed in a way that was not asked for");
        }) {
      byte[] read = plain.readNBytes(largest + 1);
      if (read.length > largest) {
        throw new TooLarge();
      }
      return read;
    }
  }

  @Override
  public void onSubscribe(Subscription source) {
    subscription = source;
    bytes.onSubscribe(source);
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    if (left < 0) {
      return;
    }
    left -= pieces.stream().mapToLong(ByteBuffer::remaining).sum();
    if (left >= 0) {
      bytes.onNext(pieces);
      return;
    }
    if (subscription != null) {
      subscription.cancel();
    }
    bytes.onError(new TooLarge());
  }

  @Override
  public void onError(Throwable failure) {
    bytes.onError(failure);
  }

  @Override
  public void onComplete() {
    bytes.onComplete();
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return bytes.getBody();
  }
}
