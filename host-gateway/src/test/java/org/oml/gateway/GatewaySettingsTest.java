package org.oml.gateway;

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
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.unit.DataSize;

class GatewaySettingsTest {

  private static final Map<String, String> LEAST =
      Map.of(
          "oml.gateway.upstream", "http://127.0.0.1:8080",
          "oml.gateway.permission-url", "http://127.0.0.1:7502",
          "oml.gateway.manifest", "instance/oml.json",
          "oml.gateway.addresses-file", "addresses.json",
          "oml.gateway.keystore", "keys/gateway.json",
          "oml.gateway.password-file", "keys/gateway.password",
          "oml.gateway.journal", "journal");

  @Test
  void hasTheseDefaults() {
    assertThat(bind(LEAST))
        .isEqualTo(
            new GatewaySettings(
                URI.create("http://127.0.0.1:8080"),
                URI.create("http://127.0.0.1:7502"),
                Path.of("instance/oml.json"),
                Path.of("addresses.json"),
                Path.of("keys/gateway.json"),
                Path.of("keys/gateway.password"),
                Path.of("journal"),
                List.of(),
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                Duration.ofMinutes(10),
                Duration.ofMinutes(2),
                DataSize.ofMegabytes(4),
                DataSize.ofMegabytes(64),
                Duration.ofSeconds(30),
                DataSize.ofMegabytes(256),
                256));
  }

  @Test
  void takesTheseNames() {
    Map<String, String> all = new HashMap<>(LEAST);
    all.put("oml.gateway.permit-signers[0]", "0x52908400098527886E0F7030069857D2E4169EE7");
    all.put("oml.gateway.permit-patience", "1s");
    all.put("oml.gateway.connect-timeout", "2s");
    all.put("oml.gateway.answer-timeout", "3s");
    all.put("oml.gateway.idle-timeout", "4s");
    all.put("oml.gateway.max-request-size", "5KB");
    all.put("oml.gateway.max-answer-size", "6KB");
    all.put("oml.gateway.max-concurrent", "7");
    all.put("oml.gateway.body-timeout", "8s");
    all.put("oml.gateway.max-buffered", "9KB");

    GatewaySettings settings = bind(all);

    assertThat(settings.permitSigners())
        .containsExactly("0x52908400098527886E0F7030069857D2E4169EE7");
    assertThat(settings.permitPatience()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.answerTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.idleTimeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(settings.maxRequestSize()).isEqualTo(DataSize.ofKilobytes(5));
    assertThat(settings.maxAnswerSize()).isEqualTo(DataSize.ofKilobytes(6));
    assertThat(settings.maxConcurrent()).isEqualTo(7);
    assertThat(settings.bodyTimeout()).isEqualTo(Duration.ofSeconds(8));
    assertThat(settings.maxBuffered()).isEqualTo(DataSize.ofKilobytes(9));
  }

  @ParameterizedTest
  @CsvSource({
    "upstream,",
    "permission-url,",
    "manifest,",
    "addresses-file,",
    "keystore,",
    "password-file,",
    "journal,",
    "upstream,ftp://127.0.0.1",
    "permission-url,7502",
    "permit-signers,0x12",
    "permit-patience,0s",
    "connect-timeout,-1s",
    "answer-timeout,0s",
    "idle-timeout,0s",
    "max-request-size,0",
    "max-answer-size,2GB",
    "body-timeout,0s",
    "max-buffered,1MB",
    "max-concurrent,0"
  })
  void refusesToStartWithout(String name, String value) {
    Map<String, String> broken = new HashMap<>(LEAST);
    broken.remove("oml.gateway." + name);
    if (value != null) {
      broken.put("oml.gateway." + name, value);
    }
    assertThatThrownBy(() -> bind(broken))
        .satisfies(
            failure ->
                assertThat(NestedExceptionUtils.getRootCause(failure))
                    .isInstanceOfSatisfying(
                        CodedException.class,
                        e -> {
                          assertThat(e.code()).isEqualTo(GatewayError.SETTINGS_INVALID);
                          assertThat(e).hasMessageContaining("oml.gateway." + name);
                        }));
  }

  private static GatewaySettings bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("oml.gateway", GatewaySettings.class);
  }
}
