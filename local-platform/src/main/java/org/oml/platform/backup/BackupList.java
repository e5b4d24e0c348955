package org.oml.platform.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.oml.platform.home.PlatformError;
import org.oml.protocol.CodedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code backup.json}: what a backup holds. It is written last, so a backup without it is none.
 *
 * @param version of this form
 * @param madeAt RFC 3339
 * @param directories below the platform's home, also the empty ones
 * @param files in the order in which they were copied
 */
record BackupList(int version, String madeAt, List<String> directories, List<Entry> files) {

  static final int VERSION = 1;
  static final String NAME = "backup.json";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * A file.
   *
   * @param path below the platform's home
   * @param size in bytes
   * @param sha256 lower-case hexadecimal digits
   */
  record Entry(String path, long size, String sha256) {}

  static BackupList read(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      throw damaged(directory + " has no " + NAME + ".");
    }
    try {
      BackupList list = JSON.readValue(Files.readString(file), BackupList.class);
      if (list.version() != VERSION) {
        throw damaged(
            "%s has version %d, this program reads %d.".formatted(file, list.version(), VERSION));
      }
      return list;
    } catch (JacksonException e) {
      throw new CodedException(
          PlatformError.BACKUP_DAMAGED, file + " is not what this program writes.", e);
    }
  }

  void write(Path directory) throws IOException {
    Files.writeString(directory.resolve(NAME), JSON.writeValueAsString(this));
  }

  static CodedException damaged(String detail) {
    return new CodedException(PlatformError.BACKUP_DAMAGED, detail);
  }
}
