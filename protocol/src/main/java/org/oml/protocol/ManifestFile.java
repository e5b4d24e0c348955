package org.oml.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of a model.
 *
 * @param path from the model's directory, with slashes; letters, digits and {@code ._+-} in each
 *     part
 * @param size in bytes
 * @param sha256 of its bytes
 */
public record ManifestFile(String path, long size, Bytes32 sha256) {

  private static final int LARGEST_PATH = 512;

  /**
   * @throws CodedException {@link ProtocolError#MANIFEST_INVALID} for a path that could leave the
   *     directory or be read in two ways, and for a negative size
   */
  public ManifestFile {
    boolean plain = path.length() <= LARGEST_PATH && !path.equals(Manifest.FILE_NAME);
    for (String part : path.split("/", -1)) {
      plain &= part.matches("[A-Za-z0-9._+-]+") && !part.equals(".") && !part.equals("..");
    }
    if (!plain || size < 0) {
      throw Manifest.invalid(
          "A file's path has parts of letters, digits and ._+- joined by slashes, and its size is"
              + " not negative.");
    }
  }

  /**
   * All files under a directory but {@code oml.json}, sorted by path.
   *
   * @throws CodedException {@link ProtocolError#MANIFEST_INVALID} if there is a link, a device or a
   *     name that a manifest cannot hold
   */
  public static List<ManifestFile> list(Path directory) throws IOException {
    List<ManifestFile> files = new ArrayList<>();
    try (Stream<Path> found = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) found::iterator) {
        String path = directory.relativize(file).toString().replace('\\', '/');
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || path.equals(Manifest.FILE_NAME)) {
          continue;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          throw Manifest.invalid("The path " + path + " is a link or no plain file.");
        }
        files.add(new ManifestFile(path, Files.size(file), sha256(file)));
      }
    }
    files.sort(Comparator.comparing(ManifestFile::path));
    return List.copyOf(files);
  }

  /** The SHA-256 of a file's bytes. */
  public static Bytes32 sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return Bytes32.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
