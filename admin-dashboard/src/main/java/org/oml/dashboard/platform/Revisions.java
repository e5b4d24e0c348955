package org.oml.dashboard.platform;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.oml.protocol.Bytes32;

/** A model's revisions, and which of them have a name. */
public record Revisions(List<Revision> revisions, Map<String, String> aliases) {

  /**
   * One of them.
   *
   * @param licensed whether instances are made from it
   */
  public record Revision(
      String revision, Bytes32 manifestHash, boolean licensed, Instant publishedAt) {}

  public Revisions {
    revisions = List.copyOf(revisions);
    aliases = Map.copyOf(aliases);
  }

  /** The names of a revision. */
  public List<String> namesOf(String revision) {
    return aliases.entrySet().stream()
        .filter(alias -> alias.getValue().equals(revision))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
