package org.oml.gateway.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An engine that takes a fixed time and as little else as can be. */
final class StubEngine {

  private static final byte[] ANSWER = answer();

  private StubEngine() {}

  private static byte[] answer() {
    String body =
        "{\"id\":\"x\",\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\""
            + "so it went on and on. ".repeat(12)
            + "\",\"finish_reason\":\"length\"}],\"usage\":{\"total_tokens\":70}}";
    return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * @param arguments port and milliseconds
   */
  public static void main(String[] arguments) throws IOException {
    Duration time = Duration.ofMillis(Long.parseLong(arguments[1]));
    try (ServerSocket server =
        new ServerSocket(Integer.parseInt(arguments[0]), 1_000, InetAddress.getLoopbackAddress())) {
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        Thread.startVirtualThread(() -> serve(socket, time));
      }
    }
  }

  private static void serve(Socket socket, Duration time) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), 8_192);
      OutputStream out = socket.getOutputStream();
      while (HttpMessage.skip(in)) {
        if (time.isPositive()) {
          Thread.sleep(time);
        }
        out.write(ANSWER);
      }
    } catch (IOException | InterruptedException e) {
      // Whoever asked has gone.
    }
  }
}
