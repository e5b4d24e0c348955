package org.oml.registry.hub;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.oml.registry.blob.StoredFile;

/**
 * A file or directory in a listing, as the Hub describes one that is kept by Git LFS.
 *
 * @param oid of the pointer that Git would hold (its object id), not of the content
 * @param size of the content in bytes; 0 of a directory
 * @param lfs nothing for a directory
 * @param lastCommit where the listing was asked to be expanded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record HubObject(
    String type,
    String oid,
    long size,
    String path,
    @Nullable LargeFile lfs,
    @Nullable Commit lastCommit) {

  /**
   * @param oid the content's SHA-256
   * @param size of the content in bytes
   * @param pointerSize of the pointer in bytes
   */
  record LargeFile(String oid, long size, int pointerSize) {}

  record Commit(String id, String title, String date) {}

  static HubObject file(HubRepository.Entry entry, @Nullable Commit commit) {
    StoredFile file = entry.file();
    return new HubObject(
        "file", gitObject(pointer(file)), file.size(), entry.path(), kept(file), commit);
  }

  static LargeFile kept(StoredFile file) {
    return new LargeFile(sha256(file), file.size(), pointer(file).length);
  }

  static HubObject directory(String path, @Nullable Commit commit) {
    return new HubObject(
        "directory", gitObject(path.getBytes(StandardCharsets.UTF_8)), 0, path, null, commit);
  }

  static String sha256(StoredFile file) {
    return HexFormat.of().formatHex(file.sha256().toBytes());
  }

  /** The pointer file of Git LFS, version 1. */
  private static byte[] pointer(StoredFile file) {
    return ("version https://git-lfs.github.com/spec/v1\noid sha256:"
            + sha256(file)
            + "\nsize "
            + file.size()
            + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A blob's object id in Git. */
  private static String gitObject(byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-1", e);
    }
  }
}
