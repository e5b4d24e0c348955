package org.oml.registry.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients that read a whole file and throw it away. */
final class Load {

  private static final int BUFFER = 512 << 10;
  private static final int LONGEST_HEAD = 16 << 10;

  private Load() {}

  /**
   * @param headers lines to send, each with its end
   * @return bytes a second of all clients together
   */
  static double of(URI file, String headers, int clients, long size) throws Exception {
    List<Callable<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      all.add(() -> read(file, headers, size));
    }
    long began = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      for (Future<Boolean> one : threads.invokeAll(all)) {
        one.get();
      }
    }
    return clients * (double) size / ((System.nanoTime() - began) / 1e9);
  }

  private static boolean read(URI file, String headers, long size) throws IOException {
    String request =
        "GET "
            + file.getRawPath()
            + " HTTP/1.1\r\nHost: "
            + file.getRawAuthority()
            + "\r\n"
            + headers
            + "Connection: close\r\n\r\n";
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(file.getHost(), file.getPort()))) {
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
      long body = readHead(channel, buffer);
      while (body < size) {
        buffer.clear();
        int read = channel.read(buffer);
        if (read < 0) {
          throw new EOFException(file + " ended at " + body);
        }
        body += read;
      }
    }
    return true;
  }

  /**
   * @return bytes of the body that came with the head
   */
  private static long readHead(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.position() < LONGEST_HEAD && channel.read(buffer) >= 0) {
      byte[] come = new byte[buffer.position()];
      buffer.get(0, come);
      String text = new String(come, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        if (!text.startsWith("HTTP/1.1 200")) {
          throw new IOException(text.substring(0, end));
        }
        return come.length - end - 4L;
      }
    }
    throw new EOFException("no head came");
  }
}
