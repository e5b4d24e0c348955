package org.oml.registry.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.fixture.S3Server;
import org.oml.servicekit.problem.ServiceError;

/** The store in a bucket of a real S3 server. */
final class S3BlobsIT extends BlobStoreContract {

  @TempDir private static Path directory;
  private static @Nullable S3Server server;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = S3Server.program();
    assumeTrue(program.isPresent(), "no versitygw on the PATH, and no Go to build it with");
    server = S3Server.start(program.orElseThrow(), directory);
  }

  @AfterAll
  static void stop() throws Exception {
    S3Server running = server;
    if (running != null) {
      running.close();
    }
  }

  private static S3Server server() {
    return java.util.Objects.requireNonNull(server, "started before all tests");
  }

  @Override
  BlobStore store() throws Exception {
    return S3Blobs.open(settings(server().endpoint(), S3Server.BUCKET, server().credentials()));
  }

  private static RegistryProperties.S3 settings(
      URI endpoint, @Nullable String bucket, @Nullable Path credentials) {
    return new RegistryProperties.S3(
        endpoint, "us-east-1", bucket, "blobs/", credentials, true, Duration.ofMinutes(5));
  }

  @Test
  void anAddressOpensItsOneFileInPartToo() throws Exception {
    byte[] bytes = "weights".repeat(1_000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Path whole = Files.write(directory.resolve("whole"), bytes);
    StoredFile file = StoredFile.of(bytes);
    store().put(whole, file);
    URI address = ((BlobStore.Place.Elsewhere) store().place(file.sha256())).address();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest part = HttpRequest.newBuilder(address).header("Range", "bytes=7-13").build();
      HttpResponse<String> answer = http.send(part, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(206);
      assertThat(answer.body()).isEqualTo("weights");
      URI forged = URI.create(address.toString().replace("Signature=", "Signature=0"));
      assertThat(
              http.send(
                      HttpRequest.newBuilder(forged).build(), HttpResponse.BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void doesNotStartWithoutABucketThatItCanReach() {
    URI endpoint = server().endpoint();
    Path credentials = server().credentials();
    assertCode(settings(endpoint, null, credentials), ServiceError.SETTING_MISSING);
    assertCode(settings(endpoint, S3Server.BUCKET, null), ServiceError.SETTING_MISSING);
    assertCode(settings(endpoint, "none", credentials), RegistryError.STORE_UNREACHABLE);
    assertCode(
        settings(URI.create("http://127.0.0.1:9"), S3Server.BUCKET, credentials),
        RegistryError.STORE_UNREACHABLE);
  }

  private static void assertCode(RegistryProperties.S3 settings, org.oml.protocol.ErrorCode code) {
    assertThatThrownBy(() -> S3Blobs.open(settings))
        .isInstanceOfSatisfying(
            CodedException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
