package org.oml.dashboard.platform;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.servicekit.peer.PeerError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A question that is on its way to a service, so that a page asks all of them at once. */
public final class Asked<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Asked.class);
  private static final String PATIENCE =
      "This part comes back by itself. The operator sees with ./oml status how the service does.";

  private final String service;
  private final Future<T> call;
  private final long deadline;

  Asked(String service, Future<T> call, Duration patience) {
    this.service = service;
    this.call = call;
    this.deadline = System.nanoTime() + patience.toNanos();
  }

  /** Waits no longer than the dashboard's patience, counted from the question. */
  public Answer<T> answer() {
    try {
      return Answer.of(call.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      return absence(e.getCause());
    } catch (TimeoutException e) {
      call.cancel(true);
      LOG.warn("No answer from the {} in time", service);
      return Answer.absent("The " + service + " does not answer in time.", PATIENCE, false);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      return Answer.absent("The dashboard is being stopped.", PATIENCE, false);
    }
  }

  private Answer<T> absence(@Nullable Throwable failure) {
    if (failure instanceof CodedException coded && coded.code() instanceof PeerError refusal) {
      return Answer.absent(
          "The " + service + " refuses: " + coded.getMessage() + " (" + refusal.code() + ")",
          refusal.next(),
          refusal.peerStatus() == 404);
    }
    LOG.warn("No answer from the {}", service, failure);
    return Answer.absent("The " + service + " is away.", PATIENCE, false);
  }
}
