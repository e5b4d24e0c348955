package org.oml.trainer.worker;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.client.Refusal;
import org.oml.protocol.client.ServiceClient;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.fingerprint.Embedding;

/**
 * Where the training of a job stands: kept on this machine, and with the registry for the worker
 * that takes the job over. A checkpoint holds weights and the optimizer's memory; keys and salts
 * follow from the job's secret and are not in it. The training does not wait for the registry: one
 * checkpoint is on its way there at a time, and one that is saved meanwhile stays on this machine.
 */
final class JobCheckpoints implements AutoCloseable {

  /** Property with the seconds between two savings. */
  static final String SECONDS = "oml.trainer.checkpoint.seconds";

  private static final int USUAL_SECONDS = 60;

  private static final String SHARED = "shared.safetensors";
  private static final int LONGEST_END_SECONDS = 10;
  private static final int FETCHES = 3;
  private static final int NOT_FOUND = 404;

  private final ServiceClient registry;
  private final Path directory;
  private final InstanceJob job;
  private final ThreadPoolExecutor upload =
      new ThreadPoolExecutor(
          0,
          1,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("checkpoint").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  JobCheckpoints(ServiceClient registry, Path directory, InstanceJob job) {
    this.registry = registry;
    this.job = job;
    this.directory = directory;
  }

  Embedding.Saving saving() {
    return new Embedding.Saving(
        Optional.of(directory),
        Duration.ofSeconds(Integer.getInteger(SECONDS, USUAL_SECONDS)),
        file -> upload.execute(() -> share(file)));
  }

  /** Takes what the registry has, where this machine has nothing of the job. */
  void fetch() throws IOException {
    Path file = directory.resolve(Embedding.Saving.FILE);
    for (int i = 1; !Files.exists(file); i++) {
      try {
        fetch(file);
        return;
      } catch (IOException cut) {
        if (i == FETCHES) {
          throw cut;
        }
      }
    }
  }

  private void fetch(Path file) throws IOException {
    HttpResponse<InputStream> answer;
    try {
      answer = registry.download("/v1/jobs/" + job.jobId() + "/checkpoint");
    } catch (CodedException refused) {
      if (refused.code() instanceof Refusal refusal && refusal.status() == NOT_FOUND) {
        return;
      }
      throw refused;
    }
    Files.createDirectories(directory);
    Path incomplete = directory.resolve("fetched.incomplete");
    try (InputStream in = answer.body()) {
      Files.copy(in, incomplete, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(incomplete, file, StandardCopyOption.ATOMIC_MOVE);
    System.err.println("job " + job.jobId() + " goes on from a checkpoint");
  }

  void remove() throws IOException {
    DurableDirectory.delete(directory);
  }

  /** Ends an upload that is on its way. */
  @Override
  public void close() {
    upload.shutdownNow();
    try {
      boolean _ = upload.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A registry that cannot take it now gets a later one. */
  private void share(Path file) {
    // A name of its own: the training replaces the file when it saves again.
    Path shared = directory.resolve(SHARED);
    try {
      Files.deleteIfExists(shared);
      Files.createLink(shared, file);
      registry.putFile(
          "/v1/jobs/" + job.jobId() + "/checkpoint",
          shared,
          sha256(shared),
          Map.of("OML-Lease", job.leaseToken()));
    } catch (CodedException | IOException | UnsupportedOperationException refused) {
      if (!upload.isShutdown()) {
        System.err.println(
            "checkpoint of job " + job.jobId() + " was not taken: " + refused.getMessage());
      }
    }
  }

  private static Bytes32 sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return Bytes32.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
