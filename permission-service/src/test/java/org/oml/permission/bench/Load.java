package org.oml.permission.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Connections that ask as fast as they are answered. It does as little as a client can, so that
 * what is measured is the service.
 *
 * @param connections at a time
 * @param time for which they ask
 */
record Load(int connections, Duration time) {

  /**
   * How fast something was.
   *
   * @param requests that were answered with 200
   * @param seconds it took
   * @param latencies sorted, in nanoseconds
   */
  record Result(long requests, double seconds, long[] latencies) {

    double rate() {
      return requests / seconds;
    }

    /** A latency in milliseconds; so much of all lies below it. */
    double below(double share) {
      return latencies.length == 0
          ? 0
          : latencies[(int) Math.min(latencies.length - 1, share * latencies.length)] / 1e6;
    }
  }

  /**
   * @param tokens one for each connection, in turn
   * @param body makes the body of each request
   */
  Result run(URI target, List<String> tokens, Function<SplittableRandom, String> body)
      throws Exception {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    List<long[]> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<long[]>> running = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        SplittableRandom random = new SplittableRandom(start + i);
        String token = tokens.get(i % tokens.size());
        running.add(threads.submit(() -> ask(target, token, () -> body.apply(random), end)));
      }
      for (Future<long[]> one : running) {
        all.add(one.get());
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long[] latencies = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return new Result(latencies.length, seconds, latencies);
  }

  private interface Body {
    String next();
  }

  private static long[] ask(URI target, String token, Body body, long end) throws IOException {
    long[] latencies = new long[1 << 10];
    int count = 0;
    try (Socket socket = new Socket(target.getHost(), target.getPort())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      String head =
          "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\nContent-Length: "
              .formatted(target.getPath(), token);
      for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
        String content = body.next();
        out.write(
            (head + content.length() + "\r\n\r\n" + content).getBytes(StandardCharsets.US_ASCII));
        readAnswer(in);
        if (count == latencies.length) {
          latencies = Arrays.copyOf(latencies, 2 * count);
        }
        latencies[count++] = System.nanoTime() - begin;
      }
    }
    return Arrays.copyOf(latencies, count);
  }

  private static void readAnswer(InputStream in) throws IOException {
    String status = line(in);
    long length = -1;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Long.parseLong(header.substring(15).strip());
      }
    }
    String refusal = "";
    if (length >= 0) {
      refusal = skip(in, length, status);
    } else {
      for (long chunk = chunk(in); chunk > 0; chunk = chunk(in)) {
        refusal = skip(in, chunk, status);
        line(in);
      }
      line(in);
    }
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(status + " " + refusal);
    }
  }

  private static String skip(InputStream in, long length, String status) throws IOException {
    if (status.startsWith("HTTP/1.1 200")) {
      in.skipNBytes(length);
      return "";
    }
    return new String(in.readNBytes((int) length), StandardCharsets.UTF_8);
  }

  private static long chunk(InputStream in) throws IOException {
    return Long.parseLong(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection ended");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** As {@code 0x} and hexadecimal digits. */
  static String drawHash(SplittableRandom random) {
    byte[] hash = new byte[32];
    random.nextBytes(hash);
    return "0x" + HexFormat.of().formatHex(hash);
  }
}
