package org.oml.servicekit.problem;

import org.oml.protocol.CodedException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Turns a start-up that ends in a coded error into its two sentences, without a stack trace. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartUpFailureAnalyzer extends AbstractFailureAnalyzer<CodedException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, CodedException failure) {
    return new FailureAnalysis(
        failure.code().code() + ": " + failure.getMessage(), failure.code().next(), failure);
  }
}
