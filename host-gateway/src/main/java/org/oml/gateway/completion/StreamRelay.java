package org.oml.gateway.completion;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.oml.gateway.GatewayError;
import org.oml.gateway.engine.EngineBody;
import org.oml.host.receipt.OpenAnswer;
import org.oml.host.receipt.ReceiptBook;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedReceipt;

/**
 * Passes one streamed answer on, event by event as the engine's bytes are, and ends it with the
 * receipt.
 */
final class StreamRelay {

  private static final int LONGEST_EVENT = 1 << 20;
  private static final Duration SETTLE = Duration.ofMillis(200);

  private final Kind kind;
  private final OpenAnswer open;
  private final ReceiptBook receipts;
  private final long limit;
  private final EventSplitter splitter = new EventSplitter(LONGEST_EVENT);
  private final ResponseRoot.Stream text = new ResponseRoot.Stream();

  /**
   * @param limit bytes after which a stream is cut
   */
  StreamRelay(Kind kind, OpenAnswer open, ReceiptBook receipts, long limit) {
    this.kind = kind;
    this.open = open;
    this.receipts = receipts;
    this.limit = limit;
  }

  /**
   * Writes the answer to a client.
   *
   * @throws IOException when the stream broke: the client has then been told in an event, and the
   *     container must break the connection, so that nobody takes what arrived for the whole answer
   */
  void relay(EngineBody engine, HttpServletResponse response) throws IOException {
    OutputStream client = response.getOutputStream();
    try {
      passEvents(engine, client);
      SignedReceipt receipt = receipts.close(open, text.finish());
      client.write(event("oml-receipt", "{\"receipt\":\"" + receipt.encode() + "\"}"));
      client.close();
      engine.settle(SETTLE);
    } catch (CodedException e) {
      client.write(event("error", errorJson(e)));
      client.flush();
      throw new IOException("The stream to the client was cut off: " + e.getMessage(), e);
    }
  }

  private void passEvents(EngineBody engine, OutputStream client) throws IOException {
    long passed = 0;
    for (byte[] piece = engine.next(); piece != null; piece = engine.next()) {
      passed += piece.length;
      requireWithinLimit(passed);
      boolean done = pass(splitter.add(piece), client);
      client.flush();
      if (done) {
        return;
      }
    }
    // An engine that ends its stream without [DONE], or without the blank line behind it, has
    // answered as well.
    List<ServerSentEvent> last = splitter.end().stream().toList();
    pass(last, client);
    if (!last.isEmpty()) {
      client.write("\n\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Passes events on and says whether the answer is now whole. */
  private boolean pass(List<ServerSentEvent> events, OutputStream client) throws IOException {
    for (ServerSentEvent event : events) {
      String data = event.data();
      boolean done = data.strip().equals("[DONE]");
      if (!done && !data.isBlank()) {
        text.add(AnswerText.ofEvent(kind, data));
      }
      client.write(event.bytes());
      if (done) {
        return true;
      }
    }
    return false;
  }

  private void requireWithinLimit(long bytes) {
    if (bytes > limit) {
      throw new CodedException(
          GatewayError.ENGINE_ANSWER_TOO_LARGE,
          "The engine's stream is longer than " + limit + " bytes.");
    }
  }

  private static String errorJson(CodedException e) {
    return "{\"error\":{\"type\":\"gateway_error\",\"code\":\"%s\",\"message\":\"%s\"}}"
        .formatted(e.code().code(), e.code().next());
  }

  private static byte[] event(String name, String data) {
    return ("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
