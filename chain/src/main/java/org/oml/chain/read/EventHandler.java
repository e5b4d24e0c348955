package org.oml.chain.read;

/** What a service does with an event. */
@FunctionalInterface
public interface EventHandler<E> {

  /**
   * Writes to the database what follows from the event; throwing leaves the event unread, and it
   * comes again.
   */
  void handle(E event, EventPosition position);
}
