package org.oml.gateway.engine;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;

/**
 * The body of an engine's answer, taken piece by piece. Nothing is read before it is asked for, so
 * a slow client slows the engine down and no answer piles up in memory. For one thread.
 */
public final class EngineBody implements AutoCloseable {

  /** How the end of a body is known (RFC 9112, section 6.3). */
  sealed interface Framing {

    /** After so many bytes. */
    record Length(long bytes) implements Framing {}

    /** After an empty chunk. */
    record Chunks() implements Framing {}

    /** With the connection. */
    record ConnectionEnd() implements Framing {}
  }

  private final EngineConnection connection;
  private final Framing framing;
  private final Duration idleLimit;
  private final Runnable whenWhole;
  private long left;
  private boolean firstChunk = true;
  private boolean ended;

  /**
   * @param whenWhole called when the body has been read to its end
   */
  EngineBody(EngineConnection connection, Framing framing, Duration idleLimit, Runnable whenWhole) {
    this.connection = connection;
    this.framing = framing;
    this.idleLimit = idleLimit;
    this.whenWhole = whenWhole;
    this.left = framing instanceof Framing.Length(long bytes) ? bytes : 0;
  }

  /**
   * The next bytes, or null once the body has ended.
   *
   * @throws CodedException {@link GatewayError#ENGINE_TIMEOUT} when the engine is silent for longer
   *     than the limit, {@link GatewayError#ENGINE_STREAM_BROKEN} when the connection breaks
   */
  public byte @Nullable [] next() {
    try {
      connection.patience(idleLimit);
      return read();
    } catch (SocketTimeoutException e) {
      close();
      throw new CodedException(
          GatewayError.ENGINE_TIMEOUT,
          "The engine sent nothing for " + idleLimit.toSeconds() + " seconds.");
    } catch (IOException | NumberFormatException e) {
      close();
      throw new CodedException(
          GatewayError.ENGINE_STREAM_BROKEN, "The engine's answer broke off.", e);
    }
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
    try {
      connection.patience(limit);
      while (!ended && read() != null) {
        connection.patience(limit);
      }
    } catch (IOException | NumberFormatException e) {
      close();
    }
  }

  private byte @Nullable [] read() throws IOException {
    if (ended) {
      return null;
    }
    return switch (framing) {
      case Framing.Length length -> left == 0 ? whole() : piece(left);
      case Framing.Chunks chunks -> chunk();
      case Framing.ConnectionEnd end -> untilTheEnd();
    };
  }

  private byte[] piece(long most) throws IOException {
    byte[] bytes = connection.some(most);
    if (bytes.length == 0) {
      throw new EOFException("the connection ended within the answer");
    }
    left -= bytes.length;
    return bytes;
  }

  private byte @Nullable [] chunk() throws IOException {
    if (left == 0) {
      if (!firstChunk) {
        line();
      }
      firstChunk = false;
      left = Long.parseLong(line().split(";", 2)[0].strip(), 16);
      if (left == 0) {
        for (String trailer = line(); !trailer.isEmpty(); trailer = line()) {
          // Of no use to anybody behind a gateway.
        }
        return whole();
      }
      if (left < 0) {
        throw new IOException("a chunk of the engine's answer is of no size");
      }
    }
    return piece(left);
  }

  private String line() throws IOException {
    String line = connection.line();
    if (line == null) {
      throw new EOFException("the connection ended within the answer");
    }
    return line;
  }

  private byte @Nullable [] untilTheEnd() throws IOException {
    byte[] bytes = connection.some(Long.MAX_VALUE);
    if (bytes.length > 0) {
      return bytes;
    }
    ended = true;
    connection.close();
    return null;
  }

  private byte @Nullable [] whole() {
    ended = true;
    whenWhole.run();
    return null;
  }

  /** Ends the exchange with the engine if it still goes on. */
  @Override
  public void close() {
    if (!ended) {
      ended = true;
      connection.close();
    }
  }
}
