package org.oml.prover.tracing;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.oml.protocol.Bytes32;
import org.oml.protocol.tracing.CodeAnswer;
import org.oml.protocol.tracing.Suspect;
import org.oml.protocol.tracing.Trace;
import org.oml.protocol.tracing.Tracer;
import org.oml.protocol.tracing.TracingCode;
import org.oml.prover.audit.TraceJudge;
import org.oml.prover.vault.Vault;
import org.springframework.stereotype.Component;

/** Names instances by the scores of the code. */
@Component
final class CodeTraces implements TraceJudge {

  private final Vault vault;
  private final TraceStore traces;

  CodeTraces(Vault vault, TraceStore traces) {
    this.vault = vault;
    this.traces = traces;
  }

  @Override
  public Naming conclude(
      UUID traceId, Bytes32 instanceId, TracingCode code, List<CodeAnswer> answers) {
    Trace trace =
        new Tracer(code)
            .trace(answers, vault.ofOneCode(instanceId), traces.falseAccusation(traceId));
    traces.conclude(traceId, trace);
    return new Naming(!trace.named().isEmpty(), reason(trace));
  }

  private static String reason(Trace trace) {
    String counts =
        "%d of %d answered keys gave one of the code's responses"
            .formatted(trace.answered(), trace.asked());
    Suspect first = trace.suspects().getFirst();
    return trace.named().isEmpty()
        ? String.format(
            Locale.ROOT,
            "%s; an innocent of %d instances comes as near as the most suspicious one with probability %.3g.",
            counts,
            trace.suspects().size(),
            first.corrected())
        : String.format(
            Locale.ROOT,
            "%s; named: %s.",
            counts,
            trace.named().stream()
                .map(
                    one ->
                        String.format(
                            Locale.ROOT, "%s (p, any: %.3g)", one.instance(), one.corrected()))
                .collect(Collectors.joining(", ")));
  }
}
