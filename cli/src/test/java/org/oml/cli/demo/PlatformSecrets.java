package org.oml.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.oml.protocol.Keystore;
import tools.jackson.databind.ObjectMapper;

/** What a platform must never show, looked for in what it wrote and in what its processes show. */
final class PlatformSecrets {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern HEX = Pattern.compile("(?:0x)?((?:[0-9a-fA-F]{2}){16,})");

  /** A signed token, as services answer one at a sign-in: the run has many and keeps none. */
  private static final Pattern TOKEN =
      Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}");

  private final Map<String, Set<String>> written = new LinkedHashMap<>();
  private final Map<String, Set<String>> digits = new LinkedHashMap<>();

  /** The files of {@code secrets/}, and passwords and private keys of all keystores. */
  static PlatformSecrets of(Path home) throws IOException {
    PlatformSecrets secrets = new PlatformSecrets();
    for (Path file : filesIn(home.resolve("secrets"))) {
      secrets.add("secrets/" + file.getFileName(), Files.readString(file).strip());
    }
    for (Path file : filesIn(home.resolve("keys"))) {
      String name = file.getFileName().toString();
      if (name.endsWith(".password")) {
        secrets.add("keys/" + name, Files.readString(file).strip());
        String keystore = name.replace(".password", ".json");
        secrets.add(
            "private key of " + keystore,
            Keystore.load(file.resolveSibling(keystore), file).secret().toString());
      }
    }
    return secrets;
  }

  /** A secret that is looked for as it is, as in JSON, in hexadecimal digits and in Base64. */
  void add(String name, String secret) {
    Set<String> texts = new HashSet<>(Set.of(secret));
    String quoted = JSON.writeValueAsString(secret);
    texts.add(quoted.substring(1, quoted.length() - 1));
    Set<String> hex = new HashSet<>();
    addEncodings(secret.getBytes(StandardCharsets.UTF_8), texts, hex);
    var bytes = HEX.matcher(secret);
    if (bytes.matches()) {
      addEncodings(HexFormat.of().parseHex(bytes.group(1)), texts, hex);
    }
    written.put(name, texts);
    digits.put(name, hex);
  }

  int size() {
    return written.size();
  }

  /** All of them, each as somebody would show it by mistake. */
  Stream<String> shown() {
    return Stream.concat(written.values().stream(), digits.values().stream()).flatMap(Set::stream);
  }

  /** Names of the secrets that a text shows. */
  Set<String> shownBy(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    Set<String> found = new TreeSet<>();
    written.forEach((name, forms) -> addIfIn(text, forms, name, found));
    digits.forEach((name, forms) -> addIfIn(lower, forms, name, found));
    if (TOKEN.matcher(text).find()) {
      found.add("a signed token");
    }
    return found;
  }

  /** What files show, a line for each secret; directories are gone through. */
  List<String> shownByFiles(List<Path> places) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path place : places) {
      try (Stream<Path> files = Files.walk(place)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
          shownBy(text).forEach(name -> found.add(file + " shows " + name));
        }
      }
    }
    return found;
  }

  /** What arguments and environment of the processes show that belong to a platform. */
  List<String> shownByProcesses(Path home) throws IOException {
    List<String> found = new ArrayList<>();
    int seen = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        String environment = read(entry.resolve("environ"));
        if (environment.contains(home.toString())) {
          seen++;
          String arguments = read(entry.resolve("cmdline"));
          shownBy(arguments + "\n" + environment)
              .forEach(name -> found.add(arguments.replace('\0', ' ') + " shows " + name));
        }
      }
    }
    if (seen == 0) {
      found.add("no process of " + home + " was found");
    }
    return found;
  }

  private static void addIfIn(String text, Set<String> forms, String name, Set<String> found) {
    if (forms.stream().anyMatch(text::contains)) {
      found.add(name);
    }
  }

  private static void addEncodings(byte[] secret, Set<String> texts, Set<String> hex) {
    hex.add(HexFormat.of().formatHex(secret));
    // Inside something longer a secret begins at any of three places of a group of four letters.
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + secret.length];
      System.arraycopy(secret, 0, shifted, before, secret.length);
      int first = before == 0 ? 0 : before + 1;
      int last = shifted.length * 4 / 3;
      for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
        texts.add(encoder.withoutPadding().encodeToString(shifted).substring(first, last));
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException goneOrForeign) {
      return "";
    }
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
