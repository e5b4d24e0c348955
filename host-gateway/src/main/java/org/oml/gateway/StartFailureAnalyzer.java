package org.oml.gateway;

import org.oml.protocol.CodedException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in two sentences why the gateway did not start and what to do. */
final class StartFailureAnalyzer extends AbstractFailureAnalyzer<CodedException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, CodedException cause) {
    return new FailureAnalysis(
        cause.code().code() + ": " + cause.getMessage(), cause.code().next(), cause);
  }
}
