package org.oml.host.permit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.oml.host.HostError;
import org.oml.host.permit.PermissionClient.UnacknowledgedException;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.span.Traces;

/**
 * Lets queries that wait together ask together: calls leave at least a pace apart, and whoever
 * comes meanwhile goes with the next. A lone query is asked for alone and at once.
 */
final class PermitQueue {

  /**
   * Less than any engine needs for an answer, and enough for a busy gateway's queries to gather: a
   * call costs the service far more than a permit in it.
   */
  private static final long PACE = TimeUnit.MILLISECONDS.toNanos(5);

  /** Beyond these calls that are not answered, nobody else is sent after them. */
  private static final int CALLS = 16;

  private static final int TOGETHER = 256;

  private record Waiting(
      Bytes32 queryHash, CompletableFuture<IssuedPermit> permit, Traces.@Nullable Place place) {}

  private final PermissionClient client;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final Semaphore calls = new Semaphore(CALLS);
  private final AtomicBoolean leaving = new AtomicBoolean();
  private volatile long left = System.nanoTime() - PACE;

  PermitQueue(PermissionClient client) {
    this.client = client;
  }

  /**
   * The permit of one query; blocks while it is fetched.
   *
   * @throws IOException when the service is away; asking again is right
   * @throws CodedException when it refuses
   */
  IssuedPermit ask(Bytes32 queryHash) throws IOException {
    Waiting mine = new Waiting(queryHash, new CompletableFuture<>(), Traces.here());
    waiting.add(mine);
    leaveInTime();
    try {
      return mine.permit().get();
    } catch (ExecutionException e) {
      throw rethrown(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(HostError.PERMIT_UNAVAILABLE, "The gateway is being stopped.", e);
    }
  }

  /** The exception of another thread, with this thread's stack trace around it. */
  private static IOException rethrown(Throwable cause) {
    if (cause instanceof CodedException coded) {
      throw new CodedException(coded.code(), String.valueOf(coded.getMessage()), coded);
    }
    if (cause instanceof UnacknowledgedException) {
      return new UnacknowledgedException(String.valueOf(cause.getMessage()));
    }
    return new IOException(cause.getMessage(), cause);
  }

  private void leaveInTime() {
    if (leaving.compareAndSet(false, true)) {
      Thread.startVirtualThread(this::leave);
    }
  }

  private void leave() {
    LockSupport.parkNanos(left + PACE - System.nanoTime());
    calls.acquireUninterruptibly();
    try {
      left = System.nanoTime();
      // From here on whoever comes starts another call; whoever came before is in this one.
      leaving.set(false);
      List<Waiting> taken = take();
      if (!waiting.isEmpty()) {
        leaveInTime();
      }
      if (!taken.isEmpty()) {
        send(taken);
      }
    } finally {
      calls.release();
    }
  }

  private List<Waiting> take() {
    List<Waiting> taken = new ArrayList<>();
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      taken.add(next);
      if (taken.size() == TOGETHER) {
        break;
      }
    }
    return taken;
  }

  private void send(List<Waiting> together) {
    if (together.size() == 1 || !client.offersBatches()) {
      askAlone(together);
      return;
    }
    try {
      // A call for several stands in the trace of the first of them alone.
      Map<Bytes32, IssuedPermit> permits =
          Traces.at(
              together.getFirst().place(),
              () -> client.permits(together.stream().map(Waiting::queryHash).toList()));
      List<Waiting> left = new ArrayList<>();
      for (Waiting each : together) {
        IssuedPermit permit = permits.get(each.queryHash());
        if (permit == null) {
          left.add(each);
        } else {
          each.permit().complete(permit);
        }
      }
      askAlone(left);
    } catch (IOException e) {
      together.forEach(each -> each.permit().completeExceptionally(e));
    } catch (CodedException e) {
      // What is wrong with one of them is no reason to refuse the others.
      askAlone(together);
    }
  }

  private void askAlone(List<Waiting> each) {
    if (each.size() == 1) {
      askAlone(each.getFirst());
    } else {
      each.forEach(one -> Thread.startVirtualThread(() -> askAlone(one)));
    }
  }

  private void askAlone(Waiting one) {
    try {
      IssuedPermit permit = Traces.at(one.place(), () -> client.permit(one.queryHash()));
      one.permit().complete(permit);
    } catch (IOException | RuntimeException e) {
      one.permit().completeExceptionally(e);
    }
  }
}
