package org.oml.protocol.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.function.Consumer;
import org.oml.protocol.CodedException;
import org.oml.protocol.ManifestFile;

/**
 * Fetches the files of a manifest. A file grows as {@code NAME.incomplete} and gets its name when
 * its length is right; a run that was cut off goes on where it stopped. Whether the bytes are right
 * is for {@link org.oml.protocol.Manifest#requireDirectory} to say when all are there.
 */
public final class FileDownload {

  private static final int ATTEMPTS = 20;
  private static final int BUFFER = 1 << 16;
  private static final long PAUSE_MILLISECONDS = 500;
  private static final int PARTIAL = 206;

  private final ServiceClient service;
  private final String prefix;
  private final Consumer<String> progress;

  /**
   * @param service asked for the bytes
   * @param prefix of the files' paths there, with its last slash
   * @param progress told how far it is
   */
  public FileDownload(ServiceClient service, String prefix, Consumer<String> progress) {
    this.service = service;
    this.prefix = prefix;
    this.progress = progress;
  }

  /**
   * Fetches what is missing of a file.
   *
   * @param directory where it appears under its path
   * @throws CodedException {@link ClientError#DOWNLOAD_CUT} after twenty attempts, and what the
   *     service refuses
   */
  public void fetch(ManifestFile file, Path directory) throws IOException, InterruptedException {
    Path whole = directory.resolve(file.path());
    Path part = directory.resolve(file.path() + ".incomplete");
    Files.createDirectories(Objects.requireNonNull(whole.getParent()));
    for (int attempt = 0; !Files.exists(whole); attempt++) {
      long have = Files.exists(part) ? Files.size(part) : 0;
      if (have == file.size() && Files.exists(part)) {
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
      } else if (have > file.size()) {
        Files.delete(part);
      } else if (attempt == ATTEMPTS) {
        throw new CodedException(
            ClientError.DOWNLOAD_CUT, file.path() + " could not be downloaded.");
      } else {
        append(file, part, have);
      }
    }
  }

  private void append(ManifestFile file, Path part, long have)
      throws IOException, InterruptedException {
    String etag = '"' + file.sha256().toString().substring(2) + '"';
    HttpResponse<InputStream> response = service.download(prefix + file.path(), have, etag);
    boolean partial = response.statusCode() == PARTIAL;
    long done = partial ? have : 0;
    StandardOpenOption mode =
        partial ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    try (InputStream in = response.body();
        OutputStream out =
            Files.newOutputStream(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        done += read;
        progress.accept(file.path() + " " + 100 * done / Math.max(1, file.size()) + "%");
      }
    } catch (IOException cut) {
      progress.accept(file.path() + ": the connection was cut, going on");
      Thread.sleep(PAUSE_MILLISECONDS);
    }
  }
}
