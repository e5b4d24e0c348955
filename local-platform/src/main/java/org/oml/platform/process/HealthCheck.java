package org.oml.platform.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/** Asks a process whether it can do its work. */
@FunctionalInterface
public interface HealthCheck {

  /** Whether it can, now; answers within seconds and does not throw. */
  boolean healthy();

  /**
   * What the process's description says: its health path answers 200, or its port listens, or it
   * just runs.
   */
  static HealthCheck of(ManagedProcess process) {
    URI health = process.health();
    if (health != null) {
      return () -> answersOk(health);
    }
    return process.port() == 0 ? () -> true : () -> listens(process.port());
  }

  private static boolean answersOk(URI health) {
    try {
      HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
      connection.setConnectTimeout((int) Duration.ofSeconds(1).toMillis());
      connection.setReadTimeout((int) Duration.ofSeconds(3).toMillis());
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException notYet) {
      return false;
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }
}
