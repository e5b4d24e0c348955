package org.oml.gateway.engine;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  /** When it was last used, of {@link System#nanoTime}. */
  long idleSince;

  private EngineConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
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
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        byte[] bytes = line.toByteArray();
        int length =
            bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
      }
      if (line.size() == LONGEST_LINE) {
        throw new IOException("a line of the engine's answer is too long");
      }
      line.write(next);
    }
    if (line.size() > 0) {
      throw new EOFException("the connection ended within a line");
    }
    return null;
  }

  /** As many bytes as are there, at least one and at most so many; empty at the end. */
  byte[] some(long most) throws IOException {
    byte[] bytes =
        new byte
            [(int) Math.min(most, Math.max(1, Math.min(BUFFER, Math.max(in.available(), 1024))))];
    int read = in.read(bytes);
    if (read < 0) {
      return new byte[0];
    }
    return read == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, read);
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
