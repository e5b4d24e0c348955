package org.oml.registry.hub;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.oml.protocol.Manifest;
import org.oml.registry.blob.BlobStore;
import org.oml.registry.blob.StoredFile;
import org.oml.registry.catalogue.ModelName;
import org.oml.registry.instance.Instance;

/**
 * A published instance as a repository with one commit.
 *
 * @param name of the model
 * @param commit the first 20 bytes of the manifest's hash, as 40 hexadecimal digits
 */
record HubRepository(ModelName name, String commit, Instance instance, Manifest manifest) {

  private static final int COMMIT_BYTES = 20;

  /** A file and where it lies. */
  record Entry(String path, StoredFile file) {}

  static HubRepository of(ModelName name, Instance instance, Manifest manifest) {
    return new HubRepository(
        name,
        HexFormat.of().formatHex(manifest.hash().toBytes(), 0, COMMIT_BYTES),
        instance,
        manifest);
  }

  /** Whether a revision names this commit; {@code main} is the newest one's. */
  boolean isCalled(String revision) {
    return revision.equals(commit) || revision.equals(instance.instanceId().toString());
  }

  /** All files, the manifest itself among them, by their paths. */
  List<Entry> files() {
    List<Entry> files = new ArrayList<>();
    files.add(new Entry(Manifest.FILE_NAME, BlobStore.describe(manifest.bytes())));
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
