package org.oml.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryProperties.Collection;
import org.oml.registry.RegistryProperties.Fingerprints;
import org.oml.registry.RegistryProperties.S3;
import org.oml.registry.fixture.TestSettings;
import org.springframework.util.unit.DataSize;

/**
 * Those under {@code oml.registry}; those of the chain and the account are tested where they are.
 */
final class RegistrySettingsTest {

  private static final String WORKER = "0x52908400098527886E0F7030069857D2E4169EE7";
  private static final String OTHER_WORKER = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";

  @Test
  void hasTheseDefaults() {
    assertThat(settings(Map.of()))
        .isEqualTo(
            new RegistryProperties(
                Path.of(".oml/blobs"),
                DataSize.ofGigabytes(64),
                DataSize.ofMegabytes(256),
                List.of(),
                List.of(),
                Duration.ofSeconds(60),
                3,
                Duration.ofMinutes(2),
                DataSize.ofTerabytes(1),
                DataSize.ofTerabytes(10),
                new Collection(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7)),
                null,
                null,
                new Fingerprints(64, 1, 0.8, 3, 0, 0, false)));
  }

  @Test
  void takesTheseNames() {
    Map<String, String> all = new HashMap<>();
    all.put("oml.registry.blobs", "/var/blobs");
    all.put("oml.registry.largest-file", "1GB");
    all.put("oml.registry.space-left", "2MB");
    all.put("oml.registry.workers", WORKER + "," + OTHER_WORKER);
    all.put("oml.registry.dashboards", WORKER);
    all.put("oml.registry.lease", "4s");
    all.put("oml.registry.tries", "5");
    all.put("oml.registry.shortest-acceptance", "6m");
    all.put("oml.registry.daily-download", "3GB");
    all.put("oml.registry.upload-quota", "5GB");
    all.put("oml.registry.collection.interval", "12m");
    all.put("oml.registry.collection.grace", "13m");
    all.put("oml.registry.collection.unfinished", "14d");
    all.put("oml.registry.s3.endpoint", "https://s3.example.org");
    all.put("oml.registry.s3.region", "eu-central-1");
    all.put("oml.registry.s3.bucket", "models");
    all.put("oml.registry.s3.prefix", "files/");
    all.put("oml.registry.s3.credentials-file", "/run/credentials");
    all.put("oml.registry.s3.path-style", "false");
    all.put("oml.registry.s3.redirect-life", "15m");
    all.put("oml.registry.seed", "7");
    all.put("oml.registry.fingerprints.count", "8");
    all.put("oml.registry.fingerprints.response-length", "9");
    all.put("oml.registry.fingerprints.nucleus", "0.1");
    all.put("oml.registry.fingerprints.width", "11");
    all.put("oml.registry.fingerprints.symbols", "12");
    all.put("oml.registry.fingerprints.last-layers", "2");
    all.put("oml.registry.fingerprints.hurried", "true");
    assertThat(settings(all))
        .isEqualTo(
            new RegistryProperties(
                Path.of("/var/blobs"),
                DataSize.ofGigabytes(1),
                DataSize.ofMegabytes(2),
                List.of(Address.parse(WORKER), Address.parse(OTHER_WORKER)),
                List.of(Address.parse(WORKER)),
                Duration.ofSeconds(4),
                5,
                Duration.ofMinutes(6),
                DataSize.ofGigabytes(5),
                DataSize.ofGigabytes(3),
                new Collection(Duration.ofMinutes(12), Duration.ofMinutes(13), Duration.ofDays(14)),
                new S3(
                    URI.create("https://s3.example.org"),
                    "eu-central-1",
                    "models",
                    "files/",
                    Path.of("/run/credentials"),
                    false,
                    Duration.ofMinutes(15)),
                7L,
                new Fingerprints(8, 9, 0.1, 11, 12, 2, true)));
  }

  @Test
  void aBucketHasTheseDefaults() {
    assertThat(settings(Map.of("oml.registry.s3.bucket", "models")).s3())
        .isEqualTo(
            new S3(null, "us-east-1", "models", "blobs/", null, true, Duration.ofMinutes(10)));
  }

  @ParameterizedTest
  @CsvSource({
    "collection.interval,0s",
    "collection.grace,500ms",
    "collection.unfinished,0s",
    "s3.redirect-life,8d",
    "lease,500ms",
    "tries,0",
    "fingerprints.count,0",
    "fingerprints.count,100001",
    "fingerprints.response-length,0",
    "fingerprints.response-length,65",
    "fingerprints.nucleus,0",
    "fingerprints.nucleus,1",
    "fingerprints.width,0",
    "fingerprints.width,1001",
    "fingerprints.symbols,1",
    "fingerprints.symbols,17",
    "fingerprints.last-layers,-1"
  })
  void refusesToStartWith(String name, String value) {
    assertThatThrownBy(() -> settings(Map.of("oml.registry." + name, value)))
        .satisfies(
            failure ->
                assertThat(coded(failure))
                    .hasMessageContaining(
                        "oml.registry." + name.replaceFirst("^collection[.].*", "collection"))
                    .extracting(e -> e.code().code())
                    .isEqualTo("SERVICE_SETTING_INVALID"));
  }

  private static CodedException coded(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CodedException coded) {
        return coded;
      }
    }
    throw new AssertionError("no coded error", failure);
  }

  private static RegistryProperties settings(Map<String, String> values) {
    return TestSettings.of(values);
  }
}
