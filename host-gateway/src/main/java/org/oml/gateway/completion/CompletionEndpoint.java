package org.oml.gateway.completion;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.oml.gateway.GatewayError;
import org.oml.gateway.GatewaySettings;
import org.oml.gateway.MemoryBudget;
import org.oml.gateway.engine.Engine;
import org.oml.gateway.engine.EngineAnswer;
import org.oml.gateway.engine.EngineCall;
import org.oml.gateway.engine.EngineRequest;
import org.oml.gateway.metrics.QueryMetrics;
import org.oml.host.receipt.OpenAnswer;
import org.oml.host.receipt.PermittedQuery;
import org.oml.host.receipt.ReceiptBook;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.span.Traces;

/**
 * Answers queries. The engine is asked with the client's own bytes at once, the permit is fetched
 * while it works, and nothing goes out before permit and receipt are in the journal: the final
 * receipt, or for a stream the opening one.
 */
public final class CompletionEndpoint {

  private final Engine engine;
  private final ReceiptBook receipts;
  private final int longestRequest;
  private final int longestAnswer;
  private final Duration bodyTimeout;
  private final Semaphore room;
  private final MemoryBudget memory;
  private final QueryMetrics metrics;

  public CompletionEndpoint(
      Engine engine, ReceiptBook receipts, GatewaySettings settings, QueryMetrics metrics) {
    this.metrics = metrics;
    this.engine = engine;
    this.receipts = receipts;
    this.longestRequest = Math.toIntExact(settings.maxRequestSize().toBytes());
    this.longestAnswer = Math.toIntExact(settings.maxAnswerSize().toBytes());
    this.bodyTimeout = settings.bodyTimeout();
    this.room = new Semaphore(settings.maxConcurrent());
    this.memory = new MemoryBudget(settings.maxBuffered().toBytes());
  }

  /**
   * Answers one query.
   *
   * @throws CodedException when there is no answer and nothing was written
   * @throws IOException when the answer broke off after it had begun
   */
  public void answer(Kind kind, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try (MemoryBudget.Share share = memory.share()) {
      answer(kind, request, response, share);
    }
  }

  private void answer(
      Kind kind, HttpServletRequest request, HttpServletResponse response, MemoryBudget.Share share)
      throws IOException {
    Bytes32 clientRef = clientRef(request);
    byte[] body = RequestBody.read(request, longestRequest, bodyTimeout, share);
    CanonicalQuery query = CanonicalQuery.of(kind, body);
    if (!room.tryAcquire()) {
      throw new CodedException(
          GatewayError.BUSY, "The gateway already answers as many queries as it may.");
    }
    try (EngineCall call = engine.ask(engineRequest(request, body))) {
      long waiting = System.nanoTime();
      PermittedQuery permitted = Traces.inside("permit", () -> receipts.permit(query, clientRef));
      metrics.permitted(waiting);
      reply(kind, permitted, answered(call, permitted, share), response);
    } finally {
      room.release();
    }
  }

  /** Passes on what the engine says of its models; that is no query and needs no permit. */
  public void models(HttpServletRequest request, HttpServletResponse response) throws IOException {
    try (MemoryBudget.Share share = memory.share();
        EngineCall call = engine.ask(engineRequest(request, new byte[0]))) {
      EngineAnswer answer = call.await();
      byte[] whole = answer.body().rest(longestAnswer, share::take);
      AnswerHeaders.copyEngine(answer, response);
      write(whole, response);
    }
  }

  /**
   * What the engine said.
   *
   * @param whole its body, empty when it streams
   */
  private record Answered(EngineAnswer head, byte[] whole) {

    boolean streams() {
      return head.isSuccess() && head.isEventStream();
    }
  }

  private Answered answered(EngineCall call, PermittedQuery permitted, MemoryBudget.Share share) {
    try {
      EngineAnswer head = Traces.calling("wait for engine", call::await);
      if (head.isSuccess() && !head.isPlain()) {
        throw new CodedException(
            GatewayError.ENGINE_ANSWER_UNREADABLE, "The engine's answer is compressed.");
      }
      Answered streaming = new Answered(head, new byte[0]);
      return streaming.streams()
          ? streaming
          : new Answered(head, head.body().rest(longestAnswer, share::take));
    } catch (RuntimeException e) {
      receipts.open(permitted);
      throw e;
    }
  }

  private void reply(
      Kind kind, PermittedQuery permitted, Answered answered, HttpServletResponse response)
      throws IOException {
    if (answered.streams()) {
      OpenAnswer open = receipts.open(permitted);
      AnswerHeaders.copyEngine(answered.head(), response);
      AnswerHeaders.write(open.headers(), response);
      new StreamRelay(kind, open, receipts, longestAnswer).relay(answered.head().body(), response);
    } else if (answered.head().isSuccess()) {
      SignedReceipt receipt =
          receipts.answer(permitted, ResponseRoot.of(AnswerText.ofWhole(kind, answered.whole())));
      AnswerHeaders.copyEngine(answered.head(), response);
      AnswerHeaders.write(permitted.headers(), response);
      response.setHeader("OML-Receipt", receipt.encode());
      write(answered.whole(), response);
    } else {
      receipts.open(permitted);
      AnswerHeaders.copyEngine(answered.head(), response);
      write(answered.whole(), response);
    }
  }

  private static void write(byte[] body, HttpServletResponse response) throws IOException {
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static Bytes32 clientRef(HttpServletRequest request) {
    String text = request.getHeader("OML-Client-Ref");
    if (text == null) {
      return Bytes32.ZERO;
    }
    try {
      return Bytes32.parse(text);
    } catch (CodedException e) {
      throw new CodedException(
          GatewayError.CLIENT_REF_INVALID, "OML-Client-Ref is not 32 bytes.", e);
    }
  }

  private static EngineRequest engineRequest(HttpServletRequest request, byte[] body) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      headers.put(name, Collections.list(request.getHeaders(name)));
    }
    return new EngineRequest(request.getMethod(), request.getRequestURI(), headers, body);
  }
}
