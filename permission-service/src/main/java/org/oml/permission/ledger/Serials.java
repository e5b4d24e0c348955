package org.oml.permission.ledger;

import java.util.concurrent.locks.ReentrantLock;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Serials from the database's sequence, a block at a time; several processes never draw the same
 * one.
 */
final class Serials {

  /** The increment of the sequence {@code permit_serial}. */
  private static final int BLOCK = 100;

  private final JdbcClient database;
  private final ReentrantLock drawing = new ReentrantLock();
  private long next;
  private long end;

  Serials(JdbcClient database) {
    this.database = database;
  }

  long draw() {
    drawing.lock();
    try {
      if (next == end) {
        next = database.sql("select nextval('permit_serial')").query(Long.class).single();
        end = next + BLOCK;
      }
      return next++;
    } finally {
      drawing.unlock();
    }
  }
}
