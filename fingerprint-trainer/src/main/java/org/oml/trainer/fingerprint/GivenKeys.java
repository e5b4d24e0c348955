package org.oml.trainer.fingerprint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Keys that somebody wrote, in their order. */
final class GivenKeys implements KeySource {

  private final Queue<String> left;

  GivenKeys(List<String> keys) {
    left = new ArrayDeque<>(keys);
  }

  @Override
  public List<String> next(int most) {
    List<String> keys = new ArrayList<>();
    while (keys.size() < most && !left.isEmpty()) {
      keys.add(left.remove());
    }
    return keys;
  }
}
