package org.oml.protocol.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
  private final Function<ManifestFile, String> path;
  private final Map<String, String> headers;
  private final DownloadProgress progress;
  private final int partLength;

  /**
   * To a model, whose files are called by their hash.
   *
   * @param service takes the bytes
   * @param prefix of the paths of files, with its last slash
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
    this(service, file -> prefix + file.sha256(), Map.of(), progress, partLength);
  }

  private FileUpload(
      ServiceClient service,
      Function<ManifestFile, String> path,
      Map<String, String> headers,
      DownloadProgress progress,
      int partLength) {
    this.service = service;
    this.path = path;
    this.headers = headers;
    this.progress = progress;
    this.partLength = partLength;
  }

  /**
   * To an instance that is being made, whose files are called by their paths.
   *
   * @param prefix of the paths, with its last slash
   * @param headers with which the sender proves that it may
   */
  public static FileUpload byPath(
      ServiceClient service,
      String prefix,
      Map<String, String> headers,
      DownloadProgress progress) {
    return new FileUpload(service, file -> prefix + file.path(), headers, progress, PART);
  }

  /**
   * Sends what the registry lacks of a file.
   *
   * @throws CodedException {@link ClientError#UPLOAD_STUCK} after twenty attempts that brought it
   *     no further, and what the registry refuses
   */
  public void send(ManifestFile file, Path directory) throws IOException, InterruptedException {
    JsonNode state = state(file);
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
        state = sendPart(file, in, offset);
      }
    }
  }

  private JsonNode state(ManifestFile file) {
    return service.get(path.apply(file), headersOf(file));
  }

  private Map<String, String> headersOf(ManifestFile file) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Upload-Length", Long.toString(file.size()));
    all.put("Repr-Digest", ServiceClient.digest(file.sha256()));
    return all;
  }

  private JsonNode sendPart(ManifestFile file, FileChannel in, long offset)
      throws IOException, InterruptedException {
    Map<String, String> told = headersOf(file);
    told.put("Upload-Offset", Long.toString(offset));
    try {
      return service.patch(path.apply(file), read(in, offset, file.size()), told);
    } catch (CodedException e) {
      if (!GO_ON.contains(e.code().code())) {
        throw e;
      }
      Thread.sleep(PAUSE_MILLISECONDS);
      return state(file);
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
