package org.oml.platform.home;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import org.oml.protocol.CodedException;

/**
 * The ports of one platform on the loopback address, all counted from a base so that several
 * platforms stand side by side. With the base 7500 they are those of {@code docs/conventions.md}.
 *
 * @param base the first port, 1024 to 65,000
 */
public record Ports(int base) {

  /** How many ports a platform may use, from the base on. */
  public static final int SPAN = 50;

  private static final int CONVENTIONAL = 7500;
  private static final int LOWEST_FREE = 20_000;
  private static final int LOWEST_EPHEMERAL = 32_000;
  private static final int ATTEMPTS = 100;

  public Ports {
    if (base < 1024 || base > 65_000) {
      throw new CodedException(
          PlatformError.PORT_INVALID, "The base port must be 1024 to 65000, is " + base + ".");
    }
  }

  /** The ports of the conventions. */
  public static Ports conventional() {
    return new Ports(CONVENTIONAL);
  }

  /**
   * A base above which nobody listens now, below the range that the kernel hands out.
   *
   * @throws CodedException {@link PlatformError#PORT_TAKEN} if none is found
   */
  public static Ports free() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int slots = (LOWEST_EPHEMERAL - LOWEST_FREE) / SPAN;
      Ports candidate = new Ports(LOWEST_FREE + SPAN * ThreadLocalRandom.current().nextInt(slots));
      if (candidate.allFree()) {
        return candidate;
      }
    }
    throw new CodedException(
        PlatformError.PORT_TAKEN,
        "No "
            + SPAN
            + " free ports in a row between "
            + LOWEST_FREE
            + " and "
            + LOWEST_EPHEMERAL
            + ".");
  }

  public int dashboard() {
    return base;
  }

  public int registry() {
    return base + 1;
  }

  public int permission() {
    return base + 2;
  }

  public int prover() {
    return base + 3;
  }

  /** The port of the gateway with this number, 0 to 9. */
  public int gateway(int number) {
    return base + 10 + within(number, 10);
  }

  /** The port of the inference engine with this number, 0 to 9. */
  public int engine(int number) {
    return base + 20 + within(number, 10);
  }

  /** The port of the further prover with this number, 0 to 9, that sits on panels. */
  public int member(int number) {
    return base + 30 + within(number, 10);
  }

  public int database() {
    return base + 43;
  }

  public int chain() {
    return base + 45;
  }

  /** Whether nobody listens on this loopback port. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private boolean allFree() {
    for (int port = base; port < base + SPAN; port++) {
      if (!isFree(port)) {
        return false;
      }
    }
    return true;
  }

  private static int within(int number, int bound) {
    if (number < 0 || number >= bound) {
      throw new IllegalArgumentException("number must be 0 to " + (bound - 1) + ", is " + number);
    }
    return number;
  }
}
