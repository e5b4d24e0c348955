package org.oml.protocol.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.oml.protocol.CodedException;
import org.oml.protocol.ManifestFile;

/**
 * Fetches the files of a manifest, each over several connections. A file grows as {@code
 * NAME.incomplete} and gets its name when it has the hash that the manifest says; a run that was
 * cut off goes on with the pieces that are missing.
 */
public final class FileDownload {

  /** Long enough that a piece costs little, short enough that a kill loses little. */
  private static final int PIECE = 8 << 20;

  private static final int CONNECTIONS = 4;
  private static final int BARREN_ATTEMPTS = 20;
  private static final int BUFFER = 1 << 16;
  private static final long PAUSE_MILLISECONDS = 500;
  private static final long STALL_SECONDS = 120;
  private static final int PARTIAL = 206;

  private final ServiceClient service;
  private final String prefix;
  private final DownloadProgress progress;
  private final int connections;
  private final int pieceLength;

  /**
   * @param service asked for the bytes
   * @param prefix of the files' paths there, with its last slash
   * @param progress told how far it is
   */
  public FileDownload(ServiceClient service, String prefix, DownloadProgress progress) {
    this(service, prefix, progress, CONNECTIONS, PIECE);
  }

  /**
   * @param connections at a time, at least 1
   * @param pieceLength bytes that one call asks for
   */
  public FileDownload(
      ServiceClient service,
      String prefix,
      DownloadProgress progress,
      int connections,
      int pieceLength) {
    this.service = service;
    this.prefix = prefix;
    this.progress = progress;
    this.connections = connections;
    this.pieceLength = pieceLength;
  }

  /**
   * Fetches what is missing of a file.
   *
   * @param directory where it appears under its path
   * @throws CodedException {@link ClientError#DOWNLOAD_CUT} after twenty attempts that brought
   *     nothing, {@link ClientError#DOWNLOAD_DAMAGED} if it came wrong twice, {@link
   *     ClientError#FILE_CHANGED}, {@link ClientError#DISK_FAILED}, and what the service refuses
   */
  public void fetch(ManifestFile file, Path directory) throws IOException, InterruptedException {
    Path whole = directory.resolve(file.path());
    Path part = partOf(file, directory);
    Files.createDirectories(Objects.requireNonNull(whole.getParent()));
    if (Files.exists(whole)) {
      if (isRight(file, whole)) {
        progress.arrived(file.path(), file.size());
        return;
      }
      Files.delete(whole);
    }
    for (int i = 0; i < 2; i++) {
      PieceJournal pieces = PieceJournal.open(file, part, pieceLength);
      fetchPieces(file, part, pieces);
      if (isRight(file, part)) {
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
        pieces.delete();
        return;
      }
      progress.arrived(file.path(), -pieces.bytes());
      Files.delete(part);
    }
    throw new CodedException(
        ClientError.DOWNLOAD_DAMAGED, file.path() + " came with another hash than it should have.");
  }

  /** How many bytes of a file need not be fetched. */
  long present(ManifestFile file, Path directory) throws IOException {
    Path whole = directory.resolve(file.path());
    return Files.exists(whole)
        ? Math.min(file.size(), Files.size(whole))
        : PieceJournal.read(file, partOf(file, directory), pieceLength).bytes();
  }

  private static Path partOf(ManifestFile file, Path directory) {
    return directory.resolve(file.path() + ".incomplete");
  }

  private static boolean isRight(ManifestFile file, Path found) throws IOException {
    return Files.size(found) == file.size() && ManifestFile.sha256(found).equals(file.sha256());
  }

  private void fetchPieces(ManifestFile file, Path part, PieceJournal pieces)
      throws IOException, InterruptedException {
    progress.arrived(file.path(), pieces.bytes());
    Queue<Integer> missing = new ConcurrentLinkedQueue<>();
    IntStream.range(0, pieces.count()).filter(one -> !pieces.has(one)).forEach(missing::add);
    try (FileChannel out =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Boolean> connection =
          () -> {
            for (Integer one = missing.poll(); one != null; one = missing.poll()) {
              try {
                fetchPiece(file, pieces.from(one), pieces.to(one), out);
                pieces.add(one);
              } catch (IOException | RuntimeException e) {
                // The others end with the pieces that they are at.
                missing.clear();
                throw e;
              }
            }
            return true;
          };
      List<Callable<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < Math.min(connections, missing.size()); i++) {
        all.add(connection);
      }
      for (Future<Boolean> one : threads.invokeAll(all)) {
        requireDone(one);
      }
    }
  }

  private static void requireDone(Future<Boolean> connection)
      throws IOException, InterruptedException {
    try {
      connection.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case InterruptedException cause -> throw cause;
        case CodedException cause -> throw cause;
        case null, default -> throw new IllegalStateException("a download failed", e);
      }
    }
  }

  private void fetchPiece(ManifestFile file, long from, long to, FileChannel out)
      throws IOException, InterruptedException {
    long at = from;
    for (int barren = 0; at < to; ) {
      long before = at;
      at = append(file, at, to, out);
      barren = at == before ? barren + 1 : 0;
      if (barren == BARREN_ATTEMPTS) {
        throw new CodedException(
            ClientError.DOWNLOAD_CUT, file.path() + " could not be downloaded.");
      }
      if (at < to) {
        Thread.sleep(PAUSE_MILLISECONDS);
      }
    }
  }

  /**
   * @return up to where the bytes are there
   */
  private long append(ManifestFile file, long from, long to, FileChannel out) throws IOException {
    HttpResponse<InputStream> response = open(file, from, to);
    InputStream in = response.body();
    CompletableFuture<Void> alarm =
        CompletableFuture.runAsync(
            () -> close(in), CompletableFuture.delayedExecutor(STALL_SECONDS, TimeUnit.SECONDS));
    long at = from;
    try {
      byte[] buffer = new byte[BUFFER];
      while (at < to) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, to - at));
        if (read < 0) {
          break;
        }
        write(file, ByteBuffer.wrap(buffer, 0, read), at, out);
        at += read;
        progress.arrived(file.path(), read);
      }
    } catch (IOException cut) {
      // The caller goes on from here.
    } finally {
      alarm.cancel(false);
      close(in);
    }
    return at;
  }

  private HttpResponse<InputStream> open(ManifestFile file, long from, long to) {
    boolean all = from == 0 && to == file.size();
    String etag = '"' + file.sha256().toString().substring(2) + '"';
    String path = prefix + file.path();
    HttpResponse<InputStream> response =
        all ? service.download(path) : service.download(path, from, to - 1, etag);
    String expected = "bytes " + from + "-" + (to - 1) + "/" + file.size();
    boolean right =
        response.statusCode() == PARTIAL
            ? response.headers().firstValue("Content-Range").orElse("").equals(expected)
            : all;
    if (!right) {
      close(response.body());
      throw new CodedException(
          ClientError.FILE_CHANGED, file.path() + " is no longer the one that the manifest names.");
    }
    return response;
  }

  private static void write(ManifestFile file, ByteBuffer bytes, long at, FileChannel out) {
    long position = at;
    try {
      while (bytes.hasRemaining()) {
        position += out.write(bytes, position);
      }
    } catch (IOException e) {
      throw new CodedException(
          ClientError.DISK_FAILED, file.path() + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      // Nothing is wanted from it any more.
    }
  }
}
