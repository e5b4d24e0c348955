package org.oml.platform.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of this process's own for the native library, while it is loaded. The loader
 * otherwise writes the library to the same place in every process, over the one that another engine
 * has mapped into its memory, which ends that engine.
 */
final class PrivateLibrary implements AutoCloseable {

  private static final String DIRECTORY = "de.kherud.llama.tmpdir";

  private final Path directory;

  private PrivateLibrary(Path directory) {
    this.directory = directory;
  }

  static PrivateLibrary prepare() {
    try {
      Path directory = Files.createTempDirectory("oml-engine");
      System.setProperty(DIRECTORY, directory.toString());
      return new PrivateLibrary(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The library stays mapped when its file is gone. */
  @Override
  public void close() {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
