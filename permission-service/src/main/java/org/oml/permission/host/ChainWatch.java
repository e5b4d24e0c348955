package org.oml.permission.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.oml.chain.read.EventReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link ChainView} up to date: reads the chain's new events into the database, and what
 * any process of the service has written there into memory.
 */
public final class ChainWatch implements Supplier<ChainView>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ChainWatch.class);
  private static final Duration QUIET = Duration.ofSeconds(30);

  private final EventReader reader;
  private final ChainFacts facts;
  private final Duration pollInterval;
  private final InstantSource clock;
  private final Thread loop;
  private long seenVersion = -1;
  private Instant lastWarning = Instant.EPOCH;
  private volatile ChainView view = new ChainView(new HostRegister(List.of()), Instant.EPOCH);
  private volatile boolean closed;

  ChainWatch(EventReader reader, ChainFacts facts, Duration pollInterval, InstantSource clock) {
    this.reader = reader;
    this.facts = facts;
    this.pollInterval = pollInterval;
    this.clock = clock;
    this.loop = Thread.ofVirtual().name("chain-watch").unstarted(this::run);
  }

  ChainWatch start() {
    loop.start();
    return this;
  }

  @Override
  public ChainView get() {
    return view;
  }

  private void run() {
    while (!closed) {
      try {
        look();
      } catch (RuntimeException e) {
        warn(e);
      }
      LockSupport.parkNanos(pollInterval.toNanos());
    }
  }

  /** Reads what is new. The view is as old as the moment before it began to look. */
  private void look() {
    Instant before = clock.instant();
    reader.readAvailable();
    long version = facts.version();
    HostRegister register =
        version == seenVersion ? view.register() : new HostRegister(facts.all());
    seenVersion = version;
    view = new ChainView(register, before);
  }

  private void warn(RuntimeException e) {
    if (clock.instant().isAfter(lastWarning.plus(QUIET))) {
      lastWarning = clock.instant();
      LOG.warn("The chain cannot be read and is tried again: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    reader.close();
    LockSupport.unpark(loop);
    try {
      loop.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
