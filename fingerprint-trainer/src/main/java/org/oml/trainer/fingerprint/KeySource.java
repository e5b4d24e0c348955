package org.oml.trainer.fingerprint;

import java.util.List;

/** Where keys come from, each at most once. */
@FunctionalInterface
interface KeySource {

  /**
   * The next keys.
   *
   * @param most how many are wanted
   * @return as many, or fewer where no more are left
   * @throws org.oml.protocol.CodedException {@code TRAINER_KEYS_EXHAUSTED} where more were promised
   */
  List<String> next(int most);
}
