package org.oml.dashboard.live;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.DashboardSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Sends the overview's numbers to every open page. The services are asked once for all of them, and
 * not at all while nobody looks.
 */
@Component
final class LiveFigures {

  private static final Logger LOG = LoggerFactory.getLogger(LiveFigures.class);

  /** After which a page connects anew, so that a session that ended is noticed. */
  private static final Duration CONNECTION = Duration.ofMinutes(2);

  private static final int MOST_LISTENERS = 200;

  private final Figures figures;
  private final Duration pause;
  private final Set<SseEmitter> listeners = ConcurrentHashMap.newKeySet();
  private final Semaphore places = new Semaphore(MOST_LISTENERS);
  private final Thread loop = Thread.ofVirtual().name("live-figures").unstarted(this::run);
  private volatile boolean closed;

  LiveFigures(Figures figures, DashboardSettings settings) {
    this.figures = figures;
    this.pause = settings.pulse();
    loop.start();
  }

  /**
   * Another open page.
   *
   * @return null where there are too many
   */
  @Nullable SseEmitter listen() {
    if (closed || !places.tryAcquire()) {
      return null;
    }
    SseEmitter listener = new SseEmitter(CONNECTION.toMillis());
    listener.onCompletion(() -> leave(listener));
    listener.onTimeout(listener::complete);
    listener.onError(failure -> leave(listener));
    listeners.add(listener);
    LockSupport.unpark(loop);
    return listener;
  }

  private void leave(SseEmitter listener) {
    if (listeners.remove(listener)) {
      places.release();
    }
  }

  private void run() {
    while (!closed) {
      if (listeners.isEmpty()) {
        LockSupport.park(this);
        continue;
      }
      try {
        send(figures.now());
      } catch (RuntimeException e) {
        LOG.error("The overview's numbers were not sent", e);
      }
      LockSupport.parkNanos(pause.toNanos());
    }
  }

  private void send(List<Figure> now) {
    for (SseEmitter listener : listeners) {
      try {
        listener.send(SseEmitter.event().name("figures").data(now));
      } catch (IOException | IllegalStateException gone) {
        leave(listener);
      }
    }
  }

  /** Before the server waits for what is still open. */
  @EventListener(ContextClosedEvent.class)
  void close() {
    closed = true;
    LockSupport.unpark(loop);
    listeners.forEach(SseEmitter::complete);
  }
}
