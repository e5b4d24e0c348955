package org.oml.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Bytes32;
import org.oml.registry.fixture.Bodies;
import org.oml.registry.fixture.Polling;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.registry.fixture.S3Server;
import org.oml.registry.fixture.TestJob;
import org.oml.servicekit.fixture.TestCaller.Answer;
import tools.jackson.databind.JsonNode;

/** The whole registry with its files in a bucket of a real S3 server. */
final class S3RegistryIT {

  private static final byte[] FILE = "weights in a bucket".getBytes(UTF_8);
  private static final int TRIES = 2;

  @TempDir private static Path directory;
  private static RunningRegistry registry;
  private static S3Server server;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = S3Server.program();
    assumeTrue(program.isPresent(), "no versitygw on the PATH, and no Go to build it with");
    server = S3Server.start(program.orElseThrow(), directory);
    List<String> settings =
        List.of(
            "--oml.registry.s3.endpoint=" + server.endpoint(),
            "--oml.registry.s3.bucket=" + S3Server.BUCKET,
            "--oml.registry.s3.credentials-file=" + server.credentials(),
            "--oml.registry.tries=" + TRIES,
            "--oml.registry.collection.interval=1s",
            "--oml.registry.collection.grace=1s");
    registry =
        RunningRegistry.start(
            new RunningRegistry.Surroundings() {
              @Override
              public List<String> settings() {
                return settings;
              }
            });
  }

  @AfterAll
  static void stop() throws Exception {
    if (registry != null) {
      registry.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void anInstanceIsPublishedMintedAndDownloadedFromTheBucket() throws Exception {
    assertThat(isInBucket(Bodies.sha256(RunningRegistry.base()))).isTrue();
    assertThat(registry.wholeFiles()).isEmpty();
    TestJob made = TestJob.request(registry).make(FILE);
    assertThat(made.host().get(made.filePath()).problem())
        .isEqualTo("409 REGISTRY_INSTANCE_NOT_PUBLISHED");
    made.publish(FILE);

    Answer head = made.host().head(made.filePath()).expect(200);
    assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(FILE.length));
    assertThat(head.header("Repr-Digest")).isEqualTo(Bodies.digest(FILE));
    Answer sentOn = made.host().get(made.filePath()).expect(307);
    assertThat(sentOn.header("Location")).startsWith(server.endpoint().toString());
    assertThat(fetch(sentOn, "bytes=0-").body()).isEqualTo(FILE);
    HttpResponse<byte[]> part = fetch(sentOn, "bytes=8-9");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(new String(part.body(), UTF_8)).isEqualTo("in");
    assertThat(made.host().get(made.filePath(), "Range", "bytes=99-").problem())
        .isEqualTo("416 REGISTRY_RANGE_INVALID");
    Answer manifest = made.host().get(made.path() + "/files/oml.json").expect(307);
    assertThat(fetch(manifest, "bytes=0-").body()).isEqualTo(made.kept().bytes());
  }

  @Test
  void whatNothingRefersToLeavesTheBucketAndTheRestStays() throws Exception {
    byte[] kept = "of an instance that is made".getBytes(UTF_8);
    byte[] vain = "of an instance that is given up".getBytes(UTF_8);
    TestJob.request(registry).make(kept);
    TestJob failed = TestJob.request(registry);
    JsonNode job = failed.lease();
    failed.upload(job, vain).expect(200);
    assertThat(isInBucket(Bodies.sha256(vain))).isTrue();
    failed.fail(job).expect(204);
    for (int i = 1; i < TRIES; i++) {
      failed.fail(failed.lease()).expect(204);
    }
    assertThat(failed.state()).isEqualTo("FAILED");
    Polling.until("the file is collected", () -> !isInBucket(Bodies.sha256(vain)));
    assertThat(isInBucket(Bodies.sha256(kept))).isTrue();
    assertThat(isInBucket(Bodies.sha256(RunningRegistry.base()))).isTrue();
  }

  private static boolean isInBucket(Bytes32 sha256) throws IOException {
    String name = sha256.toString().substring(2);
    try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
      return files.anyMatch(file -> file.toString().replace("/", "").endsWith(name));
    } catch (UncheckedIOException aFileWentMeanwhile) {
      return isInBucket(sha256);
    }
  }

  private static HttpResponse<byte[]> fetch(Answer sentOn, String range) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI address = URI.create(sentOn.header("Location"));
      return http.send(
          HttpRequest.newBuilder(address).header("Range", range).build(),
          HttpResponse.BodyHandlers.ofByteArray());
    }
  }
}
