package org.oml.dashboard.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.DashboardSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Reports that an operator laid into the dashboard's directory, {@code attacks/NAME/report.json}:
 * no service has them, as whoever attacks has an instance's weights and fingerprints at hand.
 */
@Component
public final class AttackReports {

  private static final Logger LOG = LoggerFactory.getLogger(AttackReports.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}");
  private static final int MOST = 100;
  private static final long LARGEST = 4 << 20;

  private final Path directory;

  AttackReports(DashboardSettings settings) {
    this.directory = settings.directory().resolve("attacks");
  }

  /**
   * A line of the list.
   *
   * @param report null where the file is not what the command writes
   */
  public record Entry(String name, Instant writtenAt, @Nullable AttackReport report) {}

  /** The newest hundred. */
  public List<Entry> all() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Entry> found = new ArrayList<>();
    try (Stream<Path> directories = Files.list(directory)) {
      directories
          .map(path -> path.getFileName().toString())
          .forEach(name -> entry(name).ifPresent(found::add));
    } catch (IOException e) {
      LOG.warn("The reports in {} cannot be listed", directory, e);
    }
    return found.stream()
        .sorted(Comparator.comparing(Entry::writtenAt).reversed())
        .limit(MOST)
        .toList();
  }

  /** One of them, if there is one that can be read. */
  public Optional<AttackReport> find(String name) {
    return entry(name).flatMap(entry -> Optional.ofNullable(entry.report()));
  }

  private Optional<Entry> entry(String name) {
    Path file = directory.resolve(name).resolve("report.json");
    if (!NAME.matcher(name).matches() || !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      Instant writtenAt = Files.getLastModifiedTime(file).toInstant();
      return Optional.of(new Entry(name, writtenAt, read(name, writtenAt, file)));
    } catch (IOException e) {
      LOG.warn("The report {} cannot be read", file, e);
      return Optional.empty();
    }
  }

  private static @Nullable AttackReport read(String name, Instant writtenAt, Path file)
      throws IOException {
    if (Files.size(file) > LARGEST) {
      LOG.warn("The report {} is larger than {} bytes", file, LARGEST);
      return null;
    }
    try {
      return AttackReport.parse(name, writtenAt, Files.readAllBytes(file));
    } catch (RuntimeException notAReport) {
      LOG.warn("{} is no report: {}", file, notAReport.getMessage());
      return null;
    }
  }
}
