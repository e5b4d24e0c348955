package org.oml.platform.devchain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;

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
      // The chain may store itself meanwhile: a copy is never younger than what is in it.
      FileTime stored = Files.getLastModifiedTime(current);
      Files.copy(current, next, StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(next, stored);
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
   * starts anew. And leaves one first block: the chain adds one at each start, and takes any of
   * those it has stored for its own when it starts again, so that it is another chain to whoever
   * remembers the first.
   */
  void mend() {
    try {
      if (Files.exists(current) && !whole(current)) {
        Files.delete(current);
      }
      if (!Files.exists(current) && Files.exists(copy)) {
        Files.copy(copy, current);
      }
      if (Files.exists(current)) {
        keepOldestFirstBlock();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keepOldestFirstBlock() throws IOException {
    JsonNode state = JSON.readTree(current.toFile());
    if (!(state.get("blocks") instanceof ArrayNode blocks)) {
      return;
    }
    List<Long> times =
        blocks
            .valueStream()
            .filter(block -> number(block, "number") == 0)
            .map(block -> number(block, "timestamp"))
            .toList();
    if (times.size() < 2) {
      return;
    }
    long oldest = Collections.min(times);
    blocks.removeIf(block -> number(block, "number") == 0 && number(block, "timestamp") != oldest);
    Path next = current.resolveSibling("state.next.json");
    JSON.writeValue(next.toFile(), state);
    Files.move(next, current, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static long number(JsonNode block, String field) {
    return Long.decode(block.required("header").required(field).asString());
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
