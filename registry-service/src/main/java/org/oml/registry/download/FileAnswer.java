package org.oml.registry.download;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.BlobStore;
import org.oml.registry.blob.Digests;
import org.oml.registry.blob.StoredFile;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Answers a request with a file of the store. The entity tag is the SHA-256, so that a resumed
 * download never joins two files.
 */
@Component
public final class FileAnswer {

  /** Below this the copy costs less than handing the file to the connector. */
  private static final long SENDFILE_FROM = 64 << 10;

  private final BlobStore store;

  FileAnswer(BlobStore store) {
    this.store = store;
  }

  /** Hears of the bytes that are about to be sent, and may refuse. */
  @FunctionalInterface
  public interface Beginning {

    /** Returns to let them out. */
    void of(long bytes);
  }

  /** Sends the file, the range asked for, or its headers alone. */
  public void send(StoredFile file, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    send(file, request, response, bytes -> {});
  }

  /**
   * Sends the file, the range asked for, or its headers alone.
   *
   * @param beginning hears of content before its first byte, and never of headers alone
   */
  public void send(
      StoredFile file,
      HttpServletRequest request,
      HttpServletResponse response,
      Beginning beginning)
      throws IOException {
    String tag = "\"" + HexFormat.of().formatHex(file.sha256().toBytes()) + "\"";
    String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
    if (known != null && Arrays.asList(known.split("\\s*,\\s*")).contains(tag)) {
      response.setHeader(HttpHeaders.ETAG, tag);
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    Optional<ByteRange> asked = asked(file, tag, request, response);
    ByteRange part = asked.orElse(new ByteRange(0, file.size() - 1));
    boolean headersAlone = request.getMethod().equals("HEAD");
    if (!headersAlone) {
      beginning.of(part.length());
    }
    if (headersAlone) {
      describe(file, tag, part, asked.isPresent(), response);
      return;
    }
    switch (store.place(file.sha256())) {
      case BlobStore.Place.OnDisk(Path path) -> {
        describe(file, tag, part, asked.isPresent(), response);
        write(path, part, request, response);
      }
      case BlobStore.Place.Elsewhere(URI address) -> redirect(tag, address, response);
    }
  }

  /** The address opens the file for whoever has it, so that no cache may keep it. */
  private static void redirect(String tag, URI address, HttpServletResponse response) {
    response.setHeader(HttpHeaders.ETAG, tag);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader(HttpHeaders.LOCATION, address.toString());
    response.setStatus(HttpServletResponse.SC_TEMPORARY_REDIRECT);
  }

  private static void describe(
      StoredFile file, String tag, ByteRange part, boolean partial, HttpServletResponse response) {
    response.setHeader(HttpHeaders.ETAG, tag);
    response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-transform");
    response.setHeader("Repr-Digest", Digests.header(file.sha256()));
    response.setContentType("application/octet-stream");
    response.setContentLengthLong(part.length());
    if (partial) {
      response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
      response.setHeader(
          HttpHeaders.CONTENT_RANGE, "bytes " + part.from() + "-" + part.to() + "/" + file.size());
    }
  }

  /** The range that is asked for of just this file. */
  private static Optional<ByteRange> asked(
      StoredFile file, String tag, HttpServletRequest request, HttpServletResponse response) {
    String range = request.getHeader(HttpHeaders.RANGE);
    String condition = request.getHeader(HttpHeaders.IF_RANGE);
    if (range == null || (condition != null && !condition.equals(tag))) {
      return Optional.empty();
    }
    try {
      return ByteRange.parse(range, file.size());
    } catch (CodedException e) {
      if (e.code() == RegistryError.RANGE_INVALID) {
        response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + file.size());
      }
      throw e;
    }
  }

  private static void write(
      Path path, ByteRange part, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (part.length() >= SENDFILE_FROM
        && Boolean.TRUE.equals(request.getAttribute("org.apache.tomcat.sendfile.support"))) {
      request.setAttribute("org.apache.tomcat.sendfile.filename", path.toString());
      request.setAttribute("org.apache.tomcat.sendfile.start", part.from());
      request.setAttribute("org.apache.tomcat.sendfile.end", part.to() + 1);
      return;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      OutputStream out = response.getOutputStream();
      long at = part.from();
      while (at <= part.to()) {
        long sent = channel.transferTo(at, part.to() - at + 1, Channels.newChannel(out));
        if (sent <= 0) {
          throw new IOException("A file of the store ends at " + at);
        }
        at += sent;
      }
    }
  }
}
