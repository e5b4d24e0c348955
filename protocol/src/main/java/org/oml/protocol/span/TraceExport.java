package org.oml.protocol.span;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends the spans of this process to a collector, in OTLP over HTTP. It never holds up what is
 * traced: spans wait in a queue of 2,048, and what the collector does not take in time is lost.
 */
public final class TraceExport implements AutoCloseable {

  private static final Duration CALL = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int LONGEST_NOTE = 256;

  private final SdkTracerProvider provider;

  private TraceExport(SdkTracerProvider provider) {
    this.provider = provider;
  }

  /**
   * Switches traces on.
   *
   * @param service by which name the process stands in a trace
   * @param endpoint of the collector, such as {@code http://127.0.0.1:4318/v1/traces}
   * @param share of traces that are kept, from 0 to 1; which ones follows from their identifiers,
   *     so that processes with the same share keep the same ones. One that a caller does not keep
   *     is not kept here
   * @throws IllegalArgumentException if endpoint or share is of another form; the message names no
   *     value
   */
  public static TraceExport start(String service, @Nullable URI endpoint, double share) {
    requireSound(endpoint, share);
    Sampler kept = new ByIdentifier(Sampler.traceIdRatioBased(share));
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service)))
            .setIdGenerator(new Identifiers())
            .setSampler(Sampler.parentBasedBuilder(kept).setRemoteParentSampled(kept).build())
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(LONGEST_NOTE).build())
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder()
                            .setEndpoint(String.valueOf(endpoint))
                            .setTimeout(CALL)
                            .build())
                    .setScheduleDelay(PAUSE)
                    .build())
            .build();
    Traces.switchOn(provider.get("org.oml"));
    return new TraceExport(provider);
  }

  private static void requireSound(@Nullable URI endpoint, double share) {
    if (endpoint == null
        || endpoint.getHost() == null
        || !Set.of("http", "https").contains(String.valueOf(endpoint.getScheme()))) {
      throw new IllegalArgumentException("the endpoint must be an http or https address");
    }
    if (endpoint.getUserInfo() != null) {
      throw new IllegalArgumentException("the endpoint must not hold a password");
    }
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("the share must be from 0 to 1");
    }
  }

  /**
   * Decides by the trace's identifier alone, also where a caller decided: nobody makes a process
   * keep more than its share.
   */
  private record ByIdentifier(Sampler share) implements Sampler {

    @Override
    public SamplingResult shouldSample(
        Context parent,
        String traceId,
        String name,
        SpanKind kind,
        Attributes attributes,
        List<LinkData> links) {
      return share.shouldSample(parent, traceId, name, kind, attributes, links);
    }

    @Override
    public String getDescription() {
      return share.getDescription();
    }
  }

  /** Random ones, but for the beginning of a trace that is about one thing. */
  private static final class Identifiers implements IdGenerator {

    private final IdGenerator random = IdGenerator.random();

    @Override
    public String generateSpanId() {
      @Nullable UUID subject = SubjectIdentifiers.current();
      return subject == null ? random.generateSpanId() : SubjectIdentifiers.spanOf(subject);
    }

    @Override
    public String generateTraceId() {
      @Nullable UUID subject = SubjectIdentifiers.current();
      return subject == null ? random.generateTraceId() : SubjectIdentifiers.traceOf(subject);
    }
  }

  /** Switches traces off and sends what waits, for as long as one call takes. */
  @Override
  public void close() {
    Traces.switchOff();
    provider.shutdown().join(CALL.toMillis(), TimeUnit.MILLISECONDS);
  }
}
