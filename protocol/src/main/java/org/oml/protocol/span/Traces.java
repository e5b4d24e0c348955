package org.oml.protocol.span;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The spans of this process. As long as nobody switched traces on, each method reads one field and
 * does nothing else; no header leaves and nothing is kept.
 *
 * <p>Names and notes are for whoever runs the platform: no secret, no question and no answer may
 * stand in them.
 */
public final class Traces {

  private static final String STATUS = "http.response.status_code";
  private static final int FIRST_FAILURE = 400;

  private static volatile @Nullable Tracer tracer;

  private Traces() {}

  /** What is done in a span. */
  @FunctionalInterface
  public interface Work<T extends @Nullable Object, E extends Exception> {
    /** Does it. */
    T run() throws E;
  }

  /** Where in a trace something was begun, for what is done of it later or by another thread. */
  public static final class Place {

    private final Context context;

    private Place(Context context) {
      this.context = context;
    }
  }

  static void switchOn(Tracer on) {
    tracer = on;
  }

  static void switchOff() {
    tracer = null;
  }

  /** Whether spans are made at all. */
  public static boolean areOn() {
    return tracer != null;
  }

  /** A part of what is being done here; there is no span where nothing above has one. */
  public static <T extends @Nullable Object, E extends Exception> T inside(
      String name, Work<T, E> work) throws E {
    return below(name, SpanKind.INTERNAL, work);
  }

  /** Like {@link #inside}, for a call of something that takes no part in traces. */
  public static <T extends @Nullable Object, E extends Exception> T calling(
      String name, Work<T, E> work) throws E {
    return below(name, SpanKind.CLIENT, work);
  }

  private static <T extends @Nullable Object, E extends Exception> T below(
      String name, SpanKind kind, Work<T, E> work) throws E {
    Tracer on = tracer;
    return on == null || !Span.current().isRecording()
        ? work.run()
        : within(on.spanBuilder(name).setSpanKind(kind).startSpan(), work);
  }

  /**
   * The beginning of a trace that is about one thing, whichever processes have to do with it and
   * when: {@link #about} goes on with it.
   *
   * @param subject its identifier, which becomes the trace's
   */
  public static <T extends @Nullable Object, E extends Exception> T beginning(
      UUID subject, String name, Work<T, E> work) throws E {
    Tracer on = tracer;
    if (on == null) {
      return work.run();
    }
    return within(SubjectIdentifiers.of(subject, () -> root(on, name, SpanKind.INTERNAL)), work);
  }

  /** Work that belongs to the trace of a thing and is no span of it: its {@link #step}s are. */
  public static <T extends @Nullable Object, E extends Exception> T about(
      UUID subject, Work<T, E> work) throws E {
    if (tracer == null) {
      return work.run();
    }
    SpanContext begun =
        SpanContext.createFromRemoteParent(
            SubjectIdentifiers.traceOf(subject),
            SubjectIdentifiers.spanOf(subject),
            TraceFlags.getSampled(),
            TraceState.getDefault());
    try (Scope _ = Context.root().with(Span.wrap(begun)).makeCurrent()) {
      return work.run();
    }
  }

  /** A step of a trace that was begun earlier or elsewhere; outside of any there is no span. */
  public static <T extends @Nullable Object, E extends Exception> T step(
      String name, Work<T, E> work) throws E {
    Tracer on = tracer;
    return on == null || !Span.current().getSpanContext().isValid()
        ? work.run()
        : within(on.spanBuilder(name).startSpan(), work);
  }

  /** Where this thread is; null outside of any trace. */
  public static @Nullable Place here() {
    return tracer == null || !Span.current().getSpanContext().isValid()
        ? null
        : new Place(Context.current());
  }

  /** Work that belongs where something else was begun. */
  public static <T extends @Nullable Object, E extends Exception> T at(
      @Nullable Place place, Work<T, E> work) throws E {
    if (place == null) {
      return work.run();
    }
    try (Scope _ = place.context.makeCurrent()) {
      return work.run();
    }
  }

  /** The work, to be run by another thread as a part of what is being done here. */
  public static Runnable carried(Runnable work) {
    return tracer == null ? work : Context.current().wrap(work);
  }

  /**
   * Sends a request to a process of the platform, which goes on with the trace ({@code
   * traceparent}, W3C Trace Context). What is sent outside of any trace carries nothing.
   */
  public static <B> HttpResponse<B> send(
      HttpClient client, HttpRequest request, HttpResponse.BodyHandler<B> body)
      throws IOException, InterruptedException {
    Tracer on = tracer;
    if (on == null || !Span.current().getSpanContext().isValid()) {
      return client.send(request, body);
    }
    Span span =
        on.spanBuilder(request.method() + " " + firstTwoOf(request.uri().getPath()))
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("http.request.method", request.method())
            .setAttribute("server.address", String.valueOf(request.uri().getHost()))
            .setAttribute("server.port", request.uri().getPort())
            .startSpan();
    try (Scope _ = span.makeCurrent()) {
      HttpRequest.Builder with = HttpRequest.newBuilder(request, (name, value) -> true);
      W3CTraceContextPropagator.getInstance()
          .inject(Context.current(), with, (ignored, name, value) -> with.setHeader(name, value));
      HttpResponse<B> response = client.send(with.build(), body);
      span.setAttribute(STATUS, response.statusCode());
      if (response.statusCode() >= FIRST_FAILURE) {
        span.setStatus(StatusCode.ERROR);
      }
      return response;
    } catch (IOException | InterruptedException | RuntimeException e) {
      failed(span, e);
      throw e;
    } finally {
      span.end();
    }
  }

  /** What stands behind them may name somebody or something. */
  private static String firstTwoOf(String path) {
    String[] parts = path.split("/", 4);
    return parts.length < 3 ? path : "/" + parts[1] + "/" + parts[2];
  }

  /**
   * The answering of a request, which goes on with the caller's trace, or begins one.
   *
   * @param headers of the request
   */
  public static Answering answering(String name, IncomingHeaders headers) {
    Tracer on = tracer;
    if (on == null) {
      return Answering.NONE;
    }
    Context caller =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), headers, IncomingHeaders.GETTER);
    return new Answering(
        on.spanBuilder(name).setParent(caller).setSpanKind(SpanKind.SERVER).startSpan());
  }

  /** Like the other, for somebody whose traces are none of ours. */
  public static Answering answering(String name) {
    Tracer on = tracer;
    return on == null ? Answering.NONE : new Answering(root(on, name, SpanKind.SERVER));
  }

  /** Something that begins and ends in two calls on whichever thread; null outside of any trace. */
  public static @Nullable Lasting lasting(String name) {
    Tracer on = tracer;
    return on == null || !Span.current().isRecording()
        ? null
        : new Lasting(on.spanBuilder(name).setSpanKind(SpanKind.CLIENT).startSpan());
  }

  /** Notes something of the span in which this thread is. */
  public static void note(String what, String value) {
    if (tracer != null) {
      Span.current().setAttribute(what, value);
    }
  }

  /** Like the other, for numbers. */
  public static void note(String what, long value) {
    if (tracer != null) {
      Span.current().setAttribute(what, value);
    }
  }

  private static Span root(Tracer on, String name, SpanKind kind) {
    return on.spanBuilder(name).setNoParent().setSpanKind(kind).startSpan();
  }

  private static <T extends @Nullable Object, E extends Exception> T within(
      Span span, Work<T, E> work) throws E {
    try (Scope _ = span.makeCurrent()) {
      return work.run();
    } catch (Throwable e) {
      failed(span, e);
      throw e;
    } finally {
      span.end();
    }
  }

  /** The kind of failure alone: its message may say what nobody else is to know. */
  static void failed(Span span, Throwable failure) {
    span.setStatus(StatusCode.ERROR);
    span.setAttribute("error.type", failure.getClass().getName());
  }
}
