package org.oml.gateway.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks the same short question over a number of connections, one after the other on each. */
final class Load {

  private static final int MOST = 4_000_000;

  private final int[] microseconds = new int[MOST];
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  private Load() {}

  /**
   * Prints requests per second and microseconds at p50, p99 and p99.9.
   *
   * @param arguments port, connections and seconds
   */
  public static void main(String[] arguments) throws Exception {
    Load load = new Load();
    int connections = Integer.parseInt(arguments[1]);
    long nanoseconds = TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[2]));
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < connections; i++) {
        threads.execute(() -> load.ask(Integer.parseInt(arguments[0]), start + nanoseconds));
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    int count = load.asked.get();
    int[] sorted = Arrays.copyOf(load.microseconds, count);
    Arrays.sort(sorted);
    System.out.printf(
        "%d %.1f %d %d %d %d%n",
        count,
        count / seconds,
        at(sorted, 0.5),
        at(sorted, 0.99),
        at(sorted, 0.999),
        load.failed.get());
  }

  private static int at(int[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))];
  }

  private void ask(int port, long end) {
    byte[] body =
        "{\"prompt\":\"once upon a time\",\"max_tokens\":64}".getBytes(StandardCharsets.US_ASCII);
    byte[] request =
        ("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + body.length
                + "\r\n\r\n"
                + new String(body, StandardCharsets.US_ASCII))
            .getBytes(StandardCharsets.US_ASCII);
    while (System.nanoTime() < end) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setTcpNoDelay(true);
        InputStream in = new BufferedInputStream(socket.getInputStream(), 16_384);
        while (System.nanoTime() < end) {
          long before = System.nanoTime();
          socket.getOutputStream().write(request);
          if (!HttpMessage.skip(in)) {
            break;
          }
          microseconds[asked.getAndIncrement()] = (int) ((System.nanoTime() - before) / 1_000);
        }
      } catch (IOException e) {
        failed.incrementAndGet();
      }
    }
  }
}
