package org.oml.gateway.completion;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;

/**
 * Cuts a byte stream into its events, wherever the network cut it. No byte is added, changed or
 * lost: the events' bytes in order are the stream's.
 */
final class EventSplitter {

  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private final int limit;
  private boolean lineIsEmpty = true;
  private boolean afterCarriageReturn;

  /**
   * @param limit bytes of the longest event that is taken
   */
  EventSplitter(int limit) {
    this.limit = limit;
  }

  /**
   * The events that these bytes complete.
   *
   * @throws CodedException {@link GatewayError#ENGINE_STREAM_BROKEN} when an event is too long
   */
  List<ServerSentEvent> add(byte[] bytes) {
    List<ServerSentEvent> events = new ArrayList<>();
    for (byte next : bytes) {
      pending.write(next);
      if (endsEvent(next)) {
        events.add(takePending());
      }
    }
    if (pending.size() > limit) {
      throw new CodedException(
          GatewayError.ENGINE_STREAM_BROKEN,
          "The engine sent an event of more than " + limit + " bytes.");
    }
    return events;
  }

  /** What is left when the stream has ended: an event that the engine forgot to end. */
  Optional<ServerSentEvent> end() {
    return pending.size() == 0 ? Optional.empty() : Optional.of(takePending());
  }

  private boolean endsEvent(byte next) {
    boolean secondHalfOfLineEnd = next == '\n' && afterCarriageReturn;
    afterCarriageReturn = next == '\r';
    if (secondHalfOfLineEnd) {
      return false;
    }
    if (next != '\n' && next != '\r') {
      lineIsEmpty = false;
      return false;
    }
    boolean blank = lineIsEmpty;
    lineIsEmpty = true;
    return blank;
  }

  private ServerSentEvent takePending() {
    ServerSentEvent event = new ServerSentEvent(pending.toByteArray());
    pending.reset();
    return event;
  }
}
