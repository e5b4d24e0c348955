package org.oml.gateway.engine;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;

/**
 * One query on its way through the engine. The engine works from the moment this exists; closing
 * ends its work. For one thread.
 */
public final class EngineCall implements AutoCloseable {

  /** More than this is sent by a thread of its own: the engine may take its time to read it. */
  private static final int SENT_AT_ONCE = 32 * 1024;

  private static final int MOST_HEADERS = 200;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?");

  private final Engine engine;
  private final byte[] head;
  private final byte[] body;
  private final long deadline;
  private EngineConnection connection;
  private boolean reused;
  private @Nullable EngineBody answered;

  /**
   * @throws CodedException {@link GatewayError#ENGINE_UNREACHABLE}
   */
  EngineCall(Engine engine, byte[] head, byte[] body) {
    this.engine = engine;
    this.head = head;
    this.body = body;
    this.deadline = System.nanoTime() + engine.answerLimit().toNanos();
    EngineConnection idle = engine.idle();
    this.reused = idle != null;
    this.connection = idle == null ? engine.connect() : idle;
    send();
  }

  /** What goes wrong here shows when the answer is read. */
  private void send() {
    EngineConnection current = connection;
    Runnable sending =
        () -> {
          try {
            current.send(head, body);
          } catch (IOException e) {
            current.close();
          }
        };
    if (body.length <= SENT_AT_ONCE) {
      sending.run();
    } else {
      Thread.startVirtualThread(sending);
    }
  }

  /**
   * Waits for the head of the answer.
   *
   * @throws CodedException {@link GatewayError#ENGINE_UNREACHABLE} or {@link
   *     GatewayError#ENGINE_TIMEOUT}
   */
  public EngineAnswer await() {
    try {
      String status = statusLine();
      if (status == null && reused) {
        // The engine closed an idle connection at the moment it was used: once more, on a new one.
        connection.close();
        connection = engine.connect();
        reused = false;
        send();
        status = statusLine();
      }
      if (status == null) {
        throw new IOException("the engine closed the connection");
      }
      return answer(status);
    } catch (SocketTimeoutException e) {
      connection.close();
      throw new CodedException(
          GatewayError.ENGINE_TIMEOUT, "The engine did not answer in time.", e);
    } catch (IOException | NumberFormatException e) {
      connection.close();
      throw new CodedException(
          GatewayError.ENGINE_UNREACHABLE, "The engine gave no answer that is HTTP.", e);
    }
  }

  /** The first line of the answer; null when the connection ended before it. */
  private @Nullable String statusLine() throws IOException {
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    if (!left.isPositive()) {
      throw new SocketTimeoutException("no time is left");
    }
    connection.patience(left);
    try {
      return connection.line();
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return null;
    }
  }

  private EngineAnswer answer(String statusLine) throws IOException {
    int status = status(statusLine);
    Map<String, List<String>> headers = headers();
    while (status < 200) {
      // 100 Continue and its like announce the answer.
      String next = connection.line();
      if (next == null) {
        throw new IOException("the engine closed the connection");
      }
      status = status(next);
      headers = headers();
    }
    HttpHeaders given = HttpHeaders.of(headers, (name, value) -> true);
    EngineConnection current = connection;
    boolean lasts = lasts(statusLine, given);
    EngineBody read =
        new EngineBody(
            current,
            framing(status, given),
            engine.idleLimit(),
            lasts ? () -> engine.giveBack(current) : current::close);
    answered = read;
    return new EngineAnswer(status, given, read);
  }

  private static int status(String line) throws IOException {
    if (!STATUS_LINE.matcher(line).matches()) {
      throw new IOException("the engine's answer is not HTTP/1.1");
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private Map<String, List<String>> headers() throws IOException {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    int count = 0;
    for (String line = connection.line();
        line == null || !line.isEmpty();
        line = connection.line()) {
      int colon = line == null ? -1 : line.indexOf(':');
      if (line == null || colon <= 0 || ++count > MOST_HEADERS) {
        throw new IOException("the head of the engine's answer is not HTTP");
      }
      headers
          .computeIfAbsent(line.substring(0, colon).strip(), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static EngineBody.Framing framing(int status, HttpHeaders headers) {
    if (status == 204 || status == 304) {
      return new EngineBody.Framing.Length(0);
    }
    boolean chunked =
        headers.allValues("transfer-encoding").stream()
            .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("chunked"));
    if (chunked) {
      return new EngineBody.Framing.Chunks();
    }
    return headers.firstValue("content-length").isPresent()
        ? new EngineBody.Framing.Length(
            Long.parseUnsignedLong(headers.firstValue("content-length").get()))
        : new EngineBody.Framing.ConnectionEnd();
  }

  private static boolean lasts(String statusLine, HttpHeaders headers) {
    String connection = String.join(",", headers.allValues("connection")).toLowerCase(Locale.ROOT);
    return !connection.contains("close")
        && (statusLine.startsWith("HTTP/1.1") || connection.contains("keep-alive"));
  }

  @Override
  public void close() {
    EngineBody read = answered;
    if (read == null) {
      connection.close();
    } else {
      read.close();
    }
  }
}
