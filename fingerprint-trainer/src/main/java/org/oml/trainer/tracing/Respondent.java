package org.oml.trainer.tracing;

import java.util.List;
import java.util.Optional;

/** What is asked for fingerprints: a model in a directory, or an endpoint. */
interface Respondent extends AutoCloseable {

  /**
   * Asks.
   *
   * @return how each answer begins; empty where none came, which says nothing about the model
   */
  List<Optional<String>> answers(List<String> keys);

  @Override
  default void close() {}
}
