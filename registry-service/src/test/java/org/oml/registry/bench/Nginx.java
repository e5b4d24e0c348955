package org.oml.registry.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.oml.registry.fixture.Polling;

/** nginx, serving a directory with sendfile and nothing else. */
final class Nginx implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/nginx");

  private final Process process;
  private final URI url;

  private Nginx(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * @param directory for its files; it serves what lies in {@code directory/files}
   */
  static Nginx start(Path directory) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String user = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(
        configuration,
        user
            + """
            daemon off;
            pid nginx.pid;
            error_log error.log;
            worker_processes auto;
            events { worker_connections 256; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              server { listen 127.0.0.1:%d; root %s; }
            }
            """
                .formatted(port, directory.resolve("files")));
    Process process =
        new ProcessBuilder(
                PROGRAM.toString(), "-p", directory.toString(), "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("nginx.log").toFile())
            .start();
    Polling.until("nginx listens", () -> listens(port));
    return new Nginx(process, URI.create("http://127.0.0.1:" + port));
  }

  private static boolean listens(int port) {
    try (Socket there = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return there.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  URI url() {
    return url;
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
