package org.oml.permission.ledger;

import java.util.concurrent.locks.ReentrantLock;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Serials from the database's sequence, a block at a time; several processes never draw the same
 * one.
 */
final class Serials {

  /** The increment of the sequence {@code permit_serial}. */
  static final int BLOCK = 4096;

  private final JdbcClient database;
  private final ReentrantLock drawing = new ReentrantLock();
  private long next;
  private long end;

  Serials(JdbcClient database) {
    this.database = database;
  }

  /**
   * @param count how many, at most a block
   * @return the first of so many in a row
   */
  long draw(int count) {
    if (count < 1 || count > BLOCK) {
      throw new IllegalArgumentException("from 1 to " + BLOCK + " serials come in a row");
    }
    drawing.lock();
    try {
      if (end - next < count) {
        next = database.sql("select nextval('permit_serial')").query(Long.class).single();
        end = next + BLOCK;
      }
      long first = next;
      next += count;
      return first;
    } finally {
      drawing.unlock();
    }
  }
}
