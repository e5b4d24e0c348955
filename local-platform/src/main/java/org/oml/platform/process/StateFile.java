package org.oml.platform.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.oml.platform.home.PlatformError;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.Ports;
import org.oml.protocol.CodedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code platform.json}: replaced as a whole, and changed by one command at a time. */
final class StateFile {

  private static final int VERSION = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 20;
  // A file lock belongs to the whole JVM, so threads of one JVM take turns by these.
  private static final Map<Path, ReentrantLock> TURNS = new ConcurrentHashMap<>();
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final PlatformSettings settings;

  StateFile(PlatformSettings settings) {
    this.settings = settings;
  }

  /** The processes in the order in which they were first started. */
  Map<String, ProcessRecord> read() {
    return content()
        .map(content -> new LinkedHashMap<>(content.processes()))
        .orElseGet(LinkedHashMap::new);
  }

  /** The ports that the state speaks of. */
  Optional<Ports> ports() {
    return content().map(content -> new Ports(content.basePort()));
  }

  private Optional<Content> content() {
    if (!Files.exists(settings.state())) {
      return Optional.empty();
    }
    try {
      Content content = JSON.readValue(Files.readString(settings.state()), Content.class);
      if (content.version() != VERSION) {
        throw broken("has version " + content.version() + ", this program reads " + VERSION, null);
      }
      return Optional.of(content);
    } catch (JacksonException e) {
      throw broken("is not what this program writes", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs work that may change the processes, while nobody else does, and stores what it leaves,
   * even if it fails.
   *
   * @throws CodedException {@link PlatformError#STATE_LOCKED} if another command does not end
   */
  <T extends @Nullable Object> T change(Function<Map<String, ProcessRecord>, T> work) {
    Path key = settings.state();
    ReentrantLock turn = TURNS.computeIfAbsent(key, path -> new ReentrantLock());
    try {
      if (!turn.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw locked();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw locked();
    }
    try {
      Files.createDirectories(settings.home());
      try (FileChannel channel =
              FileChannel.open(
                  settings.home().resolve("platform.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = lock(channel)) {
        assert lock.isValid();
        Map<String, ProcessRecord> processes = read();
        try {
          return work.apply(processes);
        } finally {
          write(processes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      turn.unlock();
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
      if (System.nanoTime() > deadline) {
        throw locked();
      }
      Waiting.millis(POLL_MILLIS);
    }
  }

  private void write(Map<String, ProcessRecord> processes) throws IOException {
    Content content =
        new Content(
            VERSION,
            settings.root().toString(),
            Long.toString(PlatformSettings.CHAIN_ID),
            settings.ports().base(),
            settings.ports().database(),
            settings.ports().chain(),
            processes);
    Path next = settings.home().resolve("platform.json.next");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(content));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        next,
        settings.state(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private CodedException broken(String how, @Nullable Exception cause) {
    return new CodedException(
        PlatformError.STATE_BROKEN, settings.state() + " " + how + ".", cause);
  }

  private static CodedException locked() {
    return new CodedException(
        PlatformError.STATE_LOCKED,
        "The platform's state was not free within " + PATIENCE.toSeconds() + " s.");
  }

  record Content(
      int version,
      String root,
      String chainId,
      int basePort,
      int databasePort,
      int chainPort,
      Map<String, ProcessRecord> processes) {}
}
