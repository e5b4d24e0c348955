package org.oml.gateway.permit;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.oml.gateway.GatewayError;
import org.oml.gateway.host.HostIdentity;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;

/**
 * Permits from the permission service. While it is away it is asked again, with growing pauses,
 * until the patience is over: a service that restarts costs a user a moment and no answer.
 */
final class PermissionServicePermits implements PermitSource, AutoCloseable {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_CALL = Duration.ofSeconds(5);

  private final PermissionClient client;
  private final Duration patience;

  /**
   * @param service its base URL
   * @param patience how long one query waits for its permit
   */
  PermissionServicePermits(URI service, HostIdentity host, Duration patience, InstantSource clock) {
    Duration call = patience.compareTo(LONGEST_CALL) < 0 ? patience : LONGEST_CALL;
    this.client = new PermissionClient(service, host, call, clock);
    this.patience = patience;
  }

  @Override
  public Optional<IssuedPermit> permitFor(Bytes32 queryHash) {
    long deadline = System.nanoTime() + patience.toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return Optional.of(client.permit(queryHash));
      } catch (IOException e) {
        if (System.nanoTime() + pause.toNanos() > deadline) {
          throw new CodedException(
              GatewayError.PERMIT_UNAVAILABLE,
              "The permission service gave no permit within " + patience.toSeconds() + " seconds.",
              e);
        }
      }
      sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  @Override
  public boolean isReady() {
    return client.isUp();
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(GatewayError.PERMIT_UNAVAILABLE, "The gateway is being stopped.", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
