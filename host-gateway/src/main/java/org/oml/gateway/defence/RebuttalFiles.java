package org.oml.gateway.defence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.oml.host.journal.DurableFile;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** A file for each case. */
final class RebuttalFiles {

  private static final Logger LOG = LoggerFactory.getLogger(RebuttalFiles.class);
  private static final String SUFFIX = ".case.json";

  private final Path directory;
  private final Map<String, Rebuttal> all = new TreeMap<>();

  private RebuttalFiles(Path directory) {
    this.directory = directory;
  }

  static RebuttalFiles open(Path directory) throws IOException {
    Files.createDirectories(directory);
    RebuttalFiles files = new RebuttalFiles(directory);
    try (Stream<Path> list = Files.list(directory)) {
      for (Path file : list.filter(each -> each.toString().endsWith(SUFFIX)).toList()) {
        files.read(file);
      }
    }
    return files;
  }

  /** A file that cannot be read is left where it is: the chain still knows the case. */
  private void read(Path file) throws IOException {
    try {
      Rebuttal rebuttal = Rebuttal.parse(Files.readAllBytes(file));
      all.put(rebuttal.caseId().toString(), rebuttal);
    } catch (JacksonException | CodedException | IllegalArgumentException e) {
      LOG.warn("{} cannot be read; the case is looked up anew", file, e);
    }
  }

  Optional<Rebuttal> find(Bytes32 caseId) {
    return Optional.ofNullable(all.get(caseId.toString()));
  }

  List<Rebuttal> open() {
    return all.values().stream().filter(Rebuttal::isOpen).toList();
  }

  /** What is signed for cases that are not settled. */
  Stream<Sending> sendings() {
    return open().stream().map(Rebuttal::sending);
  }

  Rebuttal save(Rebuttal rebuttal) throws IOException {
    DurableFile.write(directory.resolve(rebuttal.caseId() + SUFFIX), rebuttal.json());
    all.put(rebuttal.caseId().toString(), rebuttal);
    return rebuttal;
  }
}
