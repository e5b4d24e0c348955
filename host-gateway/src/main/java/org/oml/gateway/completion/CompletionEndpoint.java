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
import org.oml.host.receipt.OpenAnswer;
import org.oml.host.receipt.ReceiptBook;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedReceipt;

/**
 * Answers queries. The engine is asked with the client's own bytes at once, the permit is fetched
 * while it works, and nothing goes out before permit and opening receipt are in the journal.
 */
public final class CompletionEndpoint {

  private final Engine engine;
  private final ReceiptBook receipts;
  private final int longestRequest;
  private final int longestAnswer;
  private final Duration bodyTimeout;
  private final Semaphore room;
  private final MemoryBudget memory;

  public CompletionEndpoint(Engine engine, ReceiptBook receipts, GatewaySettings settings) {
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
      OpenAnswer open = receipts.open(query, clientRef);
      reply(kind, open, call.await(), response, share);
    } finally {
      room.release();
    }
  }

  /** Passes on what the engine says of its models; that is no query and needs no permit. */
  public void models(HttpServletRequest request, HttpServletResponse response) throws IOException {
    try (MemoryBudget.Share share = memory.share();
        EngineCall call = engine.ask(engineRequest(request, new byte[0]))) {
      passOn(call.await(), response, share);
    }
  }

  private void reply(
      Kind kind,
      OpenAnswer open,
      EngineAnswer answer,
      HttpServletResponse response,
      MemoryBudget.Share share)
      throws IOException {
    if (!answer.isSuccess()) {
      passOn(answer, response, share);
      return;
    }
    if (!answer.isPlain()) {
      throw new CodedException(
          GatewayError.ENGINE_ANSWER_UNREADABLE, "The engine's answer is compressed.");
    }
    if (answer.isEventStream()) {
      AnswerHeaders.copyEngine(answer, response);
      AnswerHeaders.writeOpening(open, response);
      new StreamRelay(kind, open, receipts, longestAnswer).relay(answer.body(), response);
    } else {
      byte[] whole = answer.body().rest(longestAnswer, share::take);
      SignedReceipt receipt =
          receipts.close(open, ResponseRoot.of(AnswerText.ofWhole(kind, whole)));
      AnswerHeaders.copyEngine(answer, response);
      AnswerHeaders.writeOpening(open, response);
      response.setHeader("OML-Receipt", receipt.encode());
      write(whole, response);
    }
  }

  private void passOn(EngineAnswer answer, HttpServletResponse response, MemoryBudget.Share share)
      throws IOException {
    byte[] whole = answer.body().rest(longestAnswer, share::take);
    AnswerHeaders.copyEngine(answer, response);
    write(whole, response);
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
