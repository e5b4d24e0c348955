package org.oml.protocol.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.oml.protocol.CodedException;
import org.oml.protocol.ManifestFile;
import tools.jackson.databind.JsonNode;

/**
 * Sends files to the registry by their content, in parts. What is there already is not sent again;
 * an upload that was cut goes on where it stopped, in this run or in a later one.
 */
public final class FileUpload {

  private static final int PART = 16 << 20;
  private static final int BARREN_ATTEMPTS = 20;
  private static final long PAUSE_MILLISECONDS = 500;

  /** After these the registry says where to go on. */
  private static final Set<String> GO_ON =
      Set.of(
          "REGISTRY_UPLOAD_OFFSET_DIFFERS",
          "REGISTRY_UPLOAD_BUSY",
          "REGISTRY_UPLOAD_CUT",
          "REGISTRY_STORE_UNREACHABLE");

  private final ServiceClient service;
  private final String prefix;
  private final DownloadProgress progress;
  private final int partLength;

  /**
   * @param service takes the bytes
   * @param prefix of the paths of files by their hash, with its last slash
   * @param progress told how far it is
   */
  public FileUpload(ServiceClient service, String prefix, DownloadProgress progress) {
    this(service, prefix, progress, PART);
  }

  /**
   * @param partLength bytes that one call sends
   */
  public FileUpload(
      ServiceClient service, String prefix, DownloadProgress progress, int partLength) {
    this.service = service;
    this.prefix = prefix;
    this.progress = progress;
    this.partLength = partLength;
  }

  /**
   * Sends what the registry lacks of a file.
   *
   * @throws CodedException {@link ClientError#UPLOAD_STUCK} after twenty attempts that brought it
   *     no further, and what the registry refuses
   */
  public void send(ManifestFile file, Path directory) throws IOException, InterruptedException {
    String path = prefix + file.sha256();
    JsonNode state = service.get(path);
    long known = 0;
    int barren = 0;
    try (FileChannel in =
        FileChannel.open(directory.resolve(file.path()), StandardOpenOption.READ)) {
      while (true) {
        long offset = Long.parseLong(state.required("offset").asString());
        progress.arrived(file.path(), offset - known);
        barren = offset > known ? 0 : barren + 1;
        known = offset;
        if (state.required("complete").asBoolean()) {
          return;
        }
        if (barren > BARREN_ATTEMPTS) {
          throw new CodedException(
              ClientError.UPLOAD_STUCK, file.path() + " comes no further than " + offset + ".");
        }
        state = sendPart(path, file, in, offset);
      }
    }
  }

  private JsonNode sendPart(String path, ManifestFile file, FileChannel in, long offset)
      throws IOException, InterruptedException {
    try {
      return service.patch(path, read(in, offset, file.size()), offset, file.size());
    } catch (CodedException e) {
      if (!GO_ON.contains(e.code().code())) {
        throw e;
      }
      Thread.sleep(PAUSE_MILLISECONDS);
      return service.get(path);
    }
  }

  private byte[] read(FileChannel in, long offset, long size) throws IOException {
    ByteBuffer part = ByteBuffer.allocate((int) Math.min(partLength, size - offset));
    while (part.hasRemaining() && in.read(part, offset + part.position()) >= 0) {
      // A file that became shorter meanwhile is sent as it is, and has another hash then.
    }
    return java.util.Arrays.copyOf(part.array(), part.position());
  }
}
