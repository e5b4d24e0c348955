package org.oml.chain.send;

import java.util.concurrent.atomic.AtomicLong;

/** What a sender did since its process began. */
record SenderCounters(AtomicLong bumps, AtomicLong cancellations, AtomicLong refusals) {

  SenderCounters() {
    this(new AtomicLong(), new AtomicLong(), new AtomicLong());
  }
}
