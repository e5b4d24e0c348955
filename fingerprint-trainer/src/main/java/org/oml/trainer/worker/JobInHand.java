package org.oml.trainer.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.oml.trainer.checkpoint.DurableFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The job that a worker holds, in a file, so that one that was killed takes it up again as soon as
 * it runs instead of waiting until its own lease has run out. How often the work was begun is
 * written down before each beginning: a job that ends the process, as one for which the memory does
 * not suffice, would otherwise be begun for ever.
 */
final class JobInHand {

  private static final String BEGUN = "begun";

  private final Path file;
  private final ObjectMapper json = new ObjectMapper();

  JobInHand(Path workDirectory) {
    file = workDirectory.resolve("job.json");
  }

  /** The job that was not ended, if there is one. */
  Optional<InstanceJob> find() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InstanceJob.of(read()));
    } catch (JacksonException damaged) {
      drop();
      return Optional.empty();
    }
  }

  /** Takes a leased job in hand. */
  InstanceJob take(JsonNode lease) {
    InstanceJob job = InstanceJob.of(lease);
    write(lease);
    return job;
  }

  /**
   * Writes down that the work begins.
   *
   * @return how often it did, this time included
   */
  int begin() throws IOException {
    return add(1);
  }

  /**
   * The work was left in order: because somebody stopped it, or the registry could not be told how
   * it went. That is no fault of the job.
   */
  void stopped() throws IOException {
    add(-1);
  }

  /** The job is done, or somebody else's. */
  void drop() throws IOException {
    Files.deleteIfExists(file);
  }

  private int add(int times) throws IOException {
    ObjectNode lease = read();
    int begun = lease.path(BEGUN).asInt(0) + times;
    write(lease.put(BEGUN, begun));
    return begun;
  }

  private ObjectNode read() throws IOException {
    return json.readValue(Files.readAllBytes(file), ObjectNode.class);
  }

  /** The lease holds the secret of the fingerprints: the file is its owner's alone. */
  private void write(JsonNode lease) {
    DurableFile.replace(
        file,
        incomplete -> {
          Files.createFile(
              incomplete,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
          Files.write(incomplete, json.writeValueAsBytes(lease));
        });
  }
}
