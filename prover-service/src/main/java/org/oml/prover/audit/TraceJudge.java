package org.oml.prover.audit;

import java.util.List;
import java.util.UUID;
import org.oml.protocol.Bytes32;
import org.oml.protocol.tracing.CodeAnswer;
import org.oml.protocol.tracing.TracingCode;

/** Says from which instances answers came that were asked for in order to trace them. */
public interface TraceJudge {

  /**
   * What is known of them.
   *
   * @param isAnybody whether somebody can be named
   * @param reason one sentence or two for people
   */
  record Naming(boolean isAnybody, String reason) {}

  /**
   * Names instances, or nobody, and keeps that.
   *
   * @param traceId as it was ordered
   * @param instanceId one of the code's
   * @param answers to the keys that were answered
   */
  Naming conclude(UUID traceId, Bytes32 instanceId, TracingCode code, List<CodeAnswer> answers);
}
