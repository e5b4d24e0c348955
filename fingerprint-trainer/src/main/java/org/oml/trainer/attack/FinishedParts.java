package org.oml.trainer.attack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Results of a long run, each on the disk as soon as it is there, so that a killed run goes on
 * where it was. A result is found again only under all that it hangs on: what was measured of
 * another model or with other settings is left alone.
 */
public final class FinishedParts {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String MODEL_FILES =
      ".*\\.safetensors|.*config\\.json|tokenizer\\.json|chat_template\\.jinja";

  private final Path directory;

  /**
   * @param directory is made if it is missing
   */
  public FinishedParts(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw notWritten(directory, e);
    }
  }

  /**
   * A result that was kept. One that cannot be read is as good as none: it is made anew.
   *
   * @param name for people, the beginning of the file's name
   * @param identity all that the result hangs on
   */
  public Optional<JsonNode> find(String name, String identity) {
    Path file = file(name, identity);
    try {
      return Optional.of(JSON.readTree(Files.readAllBytes(file))).filter(JsonNode::isObject);
    } catch (IOException | JacksonException _) {
      return Optional.empty();
    }
  }

  /** Keeps a result: after the call it survives a power cut, and before it there is nothing. */
  public void keep(String name, String identity, JsonNode result) {
    writeWhole(file(name, identity), JSON.writeValueAsString(result));
  }

  /** Writes a file so that it is there in whole or as it was before. */
  public static void writeWhole(Path file, String text) {
    Path incomplete = file.resolveSibling(file.getFileName() + ".incomplete");
    try {
      Files.writeString(incomplete, text);
      try (FileChannel channel = FileChannel.open(incomplete, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          incomplete, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        try (FileChannel entries = FileChannel.open(parent, StandardOpenOption.READ)) {
          entries.force(true);
        }
      }
    } catch (IOException e) {
      throw notWritten(file, e);
    }
  }

  /** SHA-256 of a file in hexadecimal, for an identity. */
  public static String digest(Path file) {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new CodedException(TrainerError.MODEL_MISSING, file + " cannot be read.", e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * The same of all that a model computes with: its configuration, its weights in however many
   * files, its tokens and the form in which it is asked.
   */
  public static String modelDigest(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches(MODEL_FILES))
          .sorted()
          .map(FinishedParts::digest)
          .collect(Collectors.joining(" "));
    } catch (IOException e) {
      throw new CodedException(TrainerError.MODEL_MISSING, directory + " cannot be read.", e);
    }
  }

  /** The first characters of the SHA-256 of a text. */
  public static String shortDigest(String text) {
    byte[] digest = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest).substring(0, 12);
  }

  private Path file(String name, String identity) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return directory.resolve(plain + "-" + shortDigest(name + "\n" + identity) + ".json");
  }

  private static CodedException notWritten(Path path, IOException e) {
    return new CodedException(TrainerError.WRITE_FAILED, path + " could not be written.", e);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
