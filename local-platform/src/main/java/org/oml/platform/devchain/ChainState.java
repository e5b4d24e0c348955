package org.oml.platform.devchain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.ObjectMapper;

/**
 * The file in which the chain stores itself every second. The chain overwrites it in place, so a
 * kill in the middle leaves a part of it: a copy of the last whole one is kept beside.
 */
final class ChainState {

  static final String COPY = "state.copy.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path current;
  private final Path copy;

  ChainState(Path directory) {
    this.current = directory.resolve("state.json");
    this.copy = directory.resolve(COPY);
  }

  Path file() {
    return current;
  }

  /** Copies the state if it is whole and has changed. */
  void keepCopy() {
    try {
      if (!Files.exists(current) || (Files.exists(copy) && !newer(current, copy))) {
        return;
      }
      Path next = copy.resolveSibling("state.copy.next");
      Files.copy(
          current, next, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      if (whole(next)) {
        Files.move(next, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the copy is of a state that was stored after a moment. */
  boolean hasCopySince(Instant moment) {
    try {
      return Files.exists(copy) && Files.getLastModifiedTime(copy).toInstant().isAfter(moment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Puts the copy in the place of a state that a kill has left in parts; without a copy the chain
   * starts anew.
   */
  void mend() {
    try {
      if (Files.exists(current) && !whole(current)) {
        Files.delete(current);
      }
      if (!Files.exists(current) && Files.exists(copy)) {
        Files.copy(copy, current);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean newer(Path one, Path other) throws IOException {
    return Files.getLastModifiedTime(one).compareTo(Files.getLastModifiedTime(other)) > 0;
  }

  private static boolean whole(Path file) {
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.currentToken() != null && parser.nextToken() == null;
    } catch (JacksonException cut) {
      return false;
    }
  }
}
