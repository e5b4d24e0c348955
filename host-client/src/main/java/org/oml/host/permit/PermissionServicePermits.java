package org.oml.host.permit;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.oml.host.HostError;
import org.oml.host.HostIdentity;
import org.oml.host.permit.PermissionClient.UnacknowledgedException;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;

/**
 * Permits from the permission service. While it is away it is asked again, with growing pauses,
 * until the patience is over: a service that restarts costs a user a moment and no answer.
 */
public final class PermissionServicePermits implements PermitSource, AutoCloseable {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_CALL = Duration.ofSeconds(5);

  private final PermissionClient client;
  private final PermitQueue queue;
  private final Duration patience;
  private final Runnable unacknowledged;

  /** For who looks permits up and asks for none. */
  public PermissionServicePermits(
      URI service, HostIdentity host, Duration patience, InstantSource clock) {
    this(service, host, patience, () -> {}, clock);
  }

  /**
   * @param service its base URL
   * @param patience how long one query waits for its permit
   * @param unacknowledged called when the service waits for an acknowledgement of what was had
   */
  public PermissionServicePermits(
      URI service,
      HostIdentity host,
      Duration patience,
      Runnable unacknowledged,
      InstantSource clock) {
    Duration call = patience.compareTo(LONGEST_CALL) < 0 ? patience : LONGEST_CALL;
    this.client = new PermissionClient(service, host, call, clock);
    this.queue = new PermitQueue(client);
    this.patience = patience;
    this.unacknowledged = unacknowledged;
  }

  @Override
  public Optional<IssuedPermit> permitFor(Bytes32 queryHash) {
    return permitFor(queryHash, patience);
  }

  /**
   * The permit for one query.
   *
   * @param patience how long this query waits for it
   */
  Optional<IssuedPermit> permitFor(Bytes32 queryHash, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return Optional.of(requireFor(queryHash, queue.ask(queryHash)));
      } catch (IOException e) {
        boolean waitsForUs = e instanceof UnacknowledgedException;
        if (waitsForUs) {
          unacknowledged.run();
        }
        if (System.nanoTime() + pause.toNanos() > deadline) {
          throw waitsForUs
              ? new CodedException(HostError.PERMIT_REFUSED, String.valueOf(e.getMessage()), e)
              : new CodedException(
                  HostError.PERMIT_UNAVAILABLE,
                  "The permission service gave no permit within " + patience.toMillis() + " ms.",
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

  /** A blank one in place of it could be one that was used already. */
  private static IssuedPermit requireFor(Bytes32 queryHash, IssuedPermit issued) {
    if (!issued.permit().queryHash().equals(queryHash)) {
      throw new CodedException(HostError.PERMIT_INVALID, "The permit is for another query.");
    }
    return issued;
  }

  /**
   * Buys blank permits.
   *
   * @throws IOException when the service is away
   * @throws CodedException when it refuses, or does not sell any
   */
  List<IssuedPermit> blanks(Bytes32 requestId, int count) throws IOException {
    try {
      return client.blanks(requestId, count);
    } catch (UnacknowledgedException e) {
      unacknowledged.run();
      throw e;
    }
  }

  /**
   * A permit that was issued before, in the form in which the court hears it.
   *
   * @throws IOException when the service is away
   */
  public Optional<IssuedPermit> issued(Bytes32 queryHash, Bytes32 permitHash) throws IOException {
    return client.issued(queryHash).stream()
        .filter(permit -> permit.permitHash().equals(permitHash))
        .findFirst();
  }

  /**
   * Whether the community wants the host to get a new instance in the place of its own.
   *
   * @throws IOException when the service is away
   * @throws CodedException when it refuses
   */
  public boolean isSuccessorWanted() throws IOException {
    return client.isSuccessorWanted();
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
      throw new CodedException(HostError.PERMIT_UNAVAILABLE, "The gateway is being stopped.", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
