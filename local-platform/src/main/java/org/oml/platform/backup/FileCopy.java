package org.oml.platform.backup;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/** Writes one file to the disk, for its owner alone, and says what it wrote. */
final class FileCopy {

  private static final int BLOCK = 1 << 20;

  private FileCopy() {}

  /**
   * Copies a file that may grow, shrink or vanish meanwhile.
   *
   * @param path how the entry names it
   * @return empty if it is gone
   */
  static Optional<BackupList.Entry> copy(Path from, Path to, String path) throws IOException {
    try (InputStream in = Files.newInputStream(from)) {
      return Optional.of(write(in, to, path));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  static BackupList.Entry write(String content, Path to, String path) throws IOException {
    return write(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)), to, path);
  }

  private static BackupList.Entry write(InputStream in, Path to, String path) throws IOException {
    MessageDigest digest = sha256();
    long size = 0;
    try (FileChannel out =
        FileChannel.open(
            to,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      byte[] block = new byte[BLOCK];
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
        ByteBuffer rest = ByteBuffer.wrap(block, 0, read);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        size += read;
      }
      out.force(true);
    }
    return new BackupList.Entry(path, size, HexFormat.of().formatHex(digest.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
