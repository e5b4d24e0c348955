package org.oml.registry.hub;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.registry.blob.StoredFile;
import org.oml.registry.catalogue.ModelName;
import org.oml.registry.catalogue.Revision;
import org.oml.registry.instance.Instance;

/**
 * A published instance, or a revision of a base model, as a repository with one commit.
 *
 * @param name of the model
 * @param commit as {@link Revision#commitOf} has it
 * @param publishedAt when
 * @param instance nothing for a base model
 */
record HubRepository(
    ModelName name,
    String commit,
    Manifest manifest,
    Instant publishedAt,
    Optional<Instance> instance) {

  /** A file and where it lies. */
  record Entry(String path, StoredFile file) {}

  static HubRepository of(ModelName name, Instance instance) {
    Manifest manifest = Objects.requireNonNull(instance.manifest(), "a published one has it");
    return new HubRepository(
        name, Revision.commitOf(manifest), manifest, instance.updatedAt(), Optional.of(instance));
  }

  static HubRepository of(ModelName name, Revision revision) {
    return new HubRepository(
        name, revision.commit(), revision.manifest(), revision.publishedAt(), Optional.empty());
  }

  /** Whether a revision names this commit; {@code main} is the newest one's. */
  boolean isCalled(String revision) {
    return revision.equals(commit)
        || instance.filter(one -> revision.equals(one.instanceId().toString())).isPresent();
  }

  /** Whether it is an instance of just this base. */
  boolean isMadeFrom(Bytes32 baseManifestHash) {
    return manifest
        .instance()
        .filter(part -> part.baseManifestHash().equals(baseManifestHash))
        .isPresent();
  }

  /** All files, the manifest itself among them, by their paths. */
  List<Entry> files() {
    List<Entry> files = new ArrayList<>();
    files.add(new Entry(Manifest.FILE_NAME, StoredFile.of(manifest.bytes())));
    manifest
        .files()
        .forEach(
            file -> files.add(new Entry(file.path(), new StoredFile(file.sha256(), file.size()))));
    files.sort(Comparator.comparing(Entry::path));
    return List.copyOf(files);
  }

  /** All directories above files, by their paths. */
  List<String> directories() {
    TreeSet<String> directories = new TreeSet<>();
    for (Entry entry : files()) {
      for (int slash = entry.path().indexOf('/');
          slash >= 0;
          slash = entry.path().indexOf('/', slash + 1)) {
        directories.add(entry.path().substring(0, slash));
      }
    }
    return List.copyOf(directories);
  }
}
