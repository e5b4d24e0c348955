package org.oml.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.oml.platform.home.PlatformSettings;

/** Looks at a platform's directory: whether it is there, has room, and hides what is secret. */
final class HomeExamination {

  private static final long LEAST_SPACE = 1_000_000_000;

  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private final PlatformSettings settings;

  HomeExamination(PlatformSettings settings) {
    this.settings = settings;
  }

  List<Finding> findings() throws IOException {
    Path home = settings.home();
    if (!Files.isDirectory(home)) {
      return List.of(
          Finding.wrong(
              "directory",
              home + " is not there.",
              "Start a platform with './oml up', or name its directory with --home."));
    }
    return List.of(space(home), secrets());
  }

  private static Finding space(Path home) throws IOException {
    long left = Files.getFileStore(home).getUsableSpace();
    String detail = "%,d MB are left on the disk of %s.".formatted(left / 1_000_000, home);
    return left >= LEAST_SPACE
        ? Finding.ok("disk", detail)
        : Finding.wrong("disk", detail, "Make room: services stop when the database cannot write.");
  }

  private Finding secrets() throws IOException {
    List<Path> open = new ArrayList<>();
    for (Path directory : List.of(settings.keys(), settings.secrets())) {
      if (!Files.isDirectory(directory)) {
        return Finding.wrong(
            "secrets",
            directory + " is missing.",
            "Restore it from a backup with './oml restore'.");
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.filter(HomeExamination::isSecret).toList()) {
          if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
            open.add(file);
          }
        }
      }
    }
    return open.isEmpty()
        ? Finding.ok("secrets", "Keys and secrets are readable by their owner alone.")
        : Finding.wrong(
            "secrets",
            "Others can read %s%s."
                .formatted(
                    open.getFirst(),
                    open.size() > 1 ? " and %d more".formatted(open.size() - 1) : ""),
            "Run 'chmod -R go= %s %s'; if others use this machine, replace what they could read."
                .formatted(settings.keys(), settings.secrets()));
  }

  private static boolean isSecret(Path file) {
    return Files.isRegularFile(file) || Files.isDirectory(file);
  }
}
