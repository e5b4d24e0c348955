package org.oml.registry.catalogue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.registry.RegistryError;
import org.springframework.stereotype.Component;

/**
 * The revisions of models and the aliases that name them. A revision is added and never changed; an
 * alias is moved. {@code main} is the one published last until its owner moves it.
 */
@Component
public final class Revisions {

  /** The alias that every model has. */
  public static final String MAIN = "main";

  private final RevisionRows rows;
  private final RevisionFileRows files;
  private final AliasRows aliases;

  Revisions(RevisionRows rows, RevisionFileRows files, AliasRows aliases) {
    this.rows = rows;
    this.files = files;
    this.aliases = aliases;
  }

  /** A model's revisions, the oldest first. */
  public List<Revision> of(Bytes32 modelId) {
    return rows.findByKeyModelIdOrderByPublishedAtAscKeyCommitAsc(modelId).stream()
        .map(RevisionRow::revision)
        .toList();
  }

  /** What a commit or an alias names. */
  public Optional<Revision> find(Bytes32 modelId, String name) {
    String commit =
        aliases.findById(new AliasRow.Key(modelId, name)).map(AliasRow::commit).orElse(name);
    return rows.findById(new RevisionRow.Key(modelId, commit)).map(RevisionRow::revision);
  }

  /** A model's aliases and the commits that they name. */
  public Map<String, String> aliases(Bytes32 modelId) {
    Map<String, String> named = new TreeMap<>();
    aliases.findByKeyModelId(modelId).forEach(alias -> named.put(alias.name(), alias.commit()));
    return named;
  }

  /**
   * Adds a revision, which {@code main} then names; one that was there stays where it is. Called
   * while the manifest's own file is held, so that nobody else adds the same meanwhile.
   */
  void add(Bytes32 modelId, Manifest manifest) {
    String commit = Revision.commitOf(manifest);
    if (!rows.existsById(new RevisionRow.Key(modelId, commit))) {
      rows.saveAndFlush(new RevisionRow(modelId, manifest));
      files.saveAll(
          manifest.files().stream()
              .map(ManifestFile::sha256)
              .distinct()
              .map(sha256 -> new RevisionFileRow.Key(modelId, commit, sha256))
              .map(RevisionFileRow::new)
              .toList());
      aliases.move(modelId.toBytes(), MAIN, commit);
    }
  }

  /**
   * Has an alias name a revision.
   *
   * @throws CodedException {@link RegistryError#ALIAS_INVALID}, {@link
   *     RegistryError#REVISION_UNKNOWN}
   */
  void point(Bytes32 modelId, String alias, String revision) {
    if (!alias.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}") || alias.matches("[0-9a-f]{40}|HEAD")) {
      throw new CodedException(
          RegistryError.ALIAS_INVALID, "No alias is called that, or it looks like a revision.");
    }
    Revision found =
        find(modelId, revision)
            .orElseThrow(
                () ->
                    new CodedException(
                        RegistryError.REVISION_UNKNOWN, "The model has no such revision."));
    aliases.move(modelId.toBytes(), alias, found.commit());
  }
}
