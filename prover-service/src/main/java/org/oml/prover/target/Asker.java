package org.oml.prover.target;

import java.util.Optional;
import org.oml.protocol.CanonicalQuery.Kind;

/** Asks targets as an ordinary client would. */
public interface Asker {

  /** How the target calls the first of its models; empty if it does not say. */
  Optional<String> model(Target target) throws InterruptedException;

  /**
   * Asks one question and waits for the whole answer.
   *
   * @param kind whether a text is to be continued or a message to be answered
   * @param body as {@link Target#request} makes it, not streamed
   */
  Reply ask(Target target, Kind kind, byte[] body) throws InterruptedException;
}
