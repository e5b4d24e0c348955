package org.oml.dashboard.platform;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a service answered, or why there is nothing to show.
 *
 * @param value null when there is nothing
 * @param absence null when there is a value
 */
public record Answer<T>(@Nullable T value, @Nullable Absence absence) {

  /**
   * Why a part of a page is empty.
   *
   * @param sentence what is the matter
   * @param next what somebody can do
   * @param unknown whether the service knows nothing of what was asked for
   */
  public record Absence(String sentence, String next, boolean unknown) {}

  static <T> Answer<T> of(T value) {
    return new Answer<>(value, null);
  }

  static <T> Answer<T> absent(String sentence, String next, boolean unknown) {
    return new Answer<>(null, new Absence(sentence, next, unknown));
  }

  /** The same of what the value becomes. */
  public <S> Answer<S> map(Function<T, S> change) {
    return new Answer<>(value == null ? null : change.apply(value), absence);
  }

  /** Whether the service answered that there is no such thing. */
  public boolean isUnknown() {
    return absence != null && absence.unknown();
  }
}
