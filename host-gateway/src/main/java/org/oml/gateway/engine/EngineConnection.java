package org.oml.gateway.engine;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** One connection to the engine: HTTP/1.1, a request at a time, read by the thread that asks. */
final class EngineConnection implements AutoCloseable {

  private static final int BUFFER = 16 * 1024;
  private static final int LONGEST_LINE = 64 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int filled;

  /** When it was last used, of {@link System#nanoTime}. */
  long idleSince;

  private EngineConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  static EngineConnection open(URI engine, Duration limit) throws IOException {
    boolean secure = "https".equals(engine.getScheme());
    int port = engine.getPort() > 0 ? engine.getPort() : secure ? 443 : 80;
    String host = engine.getHost();
    Socket plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(host, port), Math.toIntExact(limit.toMillis()));
      plain.setTcpNoDelay(true);
      return new EngineConnection(secure ? secured(plain, host, port) : plain);
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private static Socket secured(Socket plain, String host, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            ((SSLSocketFactory) SSLSocketFactory.getDefault())
                .createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  void send(byte[] head, byte[] body) throws IOException {
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    out.write(all);
  }

  /** Waits at most so long for the next bytes. */
  void patience(Duration limit) throws IOException {
    socket.setSoTimeout(Math.toIntExact(Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE)));
  }

  /** A line without its end; null when the connection ended before it began. */
  @Nullable String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (position < filled || fill()) {
      int from = position;
      position = endOfLine();
      line.append(new String(buffer, from, position - from, StandardCharsets.ISO_8859_1));
      if (line.charAt(line.length() - 1) == '\n') {
        line.setLength(line.length() - 1);
        return (line.isEmpty() || line.charAt(line.length() - 1) != '\r')
            ? line.toString()
            : line.substring(0, line.length() - 1);
      }
      if (line.length() >= LONGEST_LINE) {
        throw new IOException("a line of the engine's answer is too long");
      }
    }
    if (!line.isEmpty()) {
      throw new EOFException("the connection ended within a line");
    }
    return null;
  }

  /** Behind the next line feed of the buffer, or the buffer's end. */
  private int endOfLine() {
    int end = position;
    while (end < filled && buffer[end] != '\n') {
      end++;
    }
    return Math.min(end + 1, filled);
  }

  /** Reads what is there, and waits where nothing is; false at the end. */
  private boolean fill() throws IOException {
    position = 0;
    filled = Math.max(0, in.read(buffer));
    return filled > 0;
  }

  /** As many bytes as are there, at least one and at most so many; empty at the end. */
  byte[] some(long most) throws IOException {
    if (position == filled && !fill()) {
      return new byte[0];
    }
    int from = position;
    position += (int) Math.min(most, filled - from);
    return Arrays.copyOfRange(buffer, from, position);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed as far as this side is concerned.
    }
  }
}
