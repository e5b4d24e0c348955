package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.gateway.defence.DefenceSettings;
import org.oml.gateway.metrics.MetricsSettings;
import org.oml.gateway.warning.WarningSettings;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.NestedExceptionUtils;

class DefenceAndGraceSettingsTest {

  @Test
  void haveTheseDefaults() {
    assertThat(bind("grace", GraceSettings.class, Map.of()))
        .isEqualTo(new GraceSettings(0, Duration.ofMinutes(2), Duration.ofSeconds(1)));
    assertThat(bind("metrics", MetricsSettings.class, Map.of()))
        .isEqualTo(new MetricsSettings("127.0.0.1", 0));
    assertThat(bind("acknowledgements", AcknowledgementSettings.class, Map.of()))
        .isEqualTo(new AcknowledgementSettings(true, Duration.ofSeconds(10), List.of()));
    assertThat(bind("defence", DefenceSettings.class, Map.of()))
        .isEqualTo(
            new DefenceSettings(
                null,
                null,
                null,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                12,
                Duration.ofSeconds(60),
                new BigDecimal("500"),
                Duration.ofDays(90)));
    assertThat(bind("warnings", WarningSettings.class, Map.of()))
        .isEqualTo(
            new WarningSettings(
                null, Duration.ofHours(24), Duration.ofMinutes(1), 10_000, Duration.ofDays(7)));
  }

  @Test
  void takeTheseNames() {
    assertThat(
            bind(
                "grace",
                GraceSettings.class,
                Map.of("blanks", "5", "renew-before", "3m", "after", "2s")))
        .isEqualTo(new GraceSettings(5, Duration.ofMinutes(3), Duration.ofSeconds(2)));
    assertThat(
            bind("metrics", MetricsSettings.class, Map.of("address", "10.0.0.7", "port", "7590")))
        .isEqualTo(new MetricsSettings("10.0.0.7", 7590));
    assertThat(
            bind(
                "acknowledgements",
                AcknowledgementSettings.class,
                Map.of("enabled", "false", "interval", "3s", "others", "one,two")))
        .isEqualTo(
            new AcknowledgementSettings(
                false, Duration.ofSeconds(3), List.of(Path.of("one"), Path.of("two"))));
    assertThat(
            bind(
                "defence",
                DefenceSettings.class,
                Map.of(
                    "rpc-url", "http://127.0.0.1:8545",
                    "keystore", "k.json",
                    "password-file", "k.password",
                    "poll-interval", "1s",
                    "request-timeout", "2s",
                    "finality-depth", "3",
                    "bump-after", "4s",
                    "highest-fee", "5.5",
                    "keep", "6d")))
        .isEqualTo(
            new DefenceSettings(
                URI.create("http://127.0.0.1:8545"),
                Path.of("k.json"),
                Path.of("k.password"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                3,
                Duration.ofSeconds(4),
                new BigDecimal("5.5"),
                Duration.ofDays(6)));
    assertThat(
            bind(
                "warnings",
                WarningSettings.class,
                Map.of(
                    "webhook", "https://example.org/hook",
                    "repeat-after", "1h",
                    "interval", "2m",
                    "balance-for-queries", "3",
                    "key-notice", "4d")))
        .isEqualTo(
            new WarningSettings(
                URI.create("https://example.org/hook"),
                Duration.ofHours(1),
                Duration.ofMinutes(2),
                3,
                Duration.ofDays(4)));
  }

  @ParameterizedTest
  @CsvSource({
    "grace,blanks,-1",
    "grace,after,0s",
    "grace,renew-before,-1s",
    "acknowledgements,interval,0s",
    "defence,rpc-url,ws://127.0.0.1",
    "defence,keystore,k.json",
    "defence,poll-interval,0s",
    "defence,request-timeout,0s",
    "defence,finality-depth,-1",
    "defence,bump-after,0s",
    "metrics,port,70000",
    "defence,highest-fee,0",
    "defence,keep,-1d",
    "warnings,webhook,mailto:x@example.org",
    "warnings,repeat-after,0s",
    "warnings,interval,0s",
    "warnings,balance-for-queries,-1",
    "warnings,key-notice,-1d"
  })
  void refuseWhatCannotBe(String group, String name, String value) {
    Class<?> type =
        switch (group) {
          case "grace" -> GraceSettings.class;
          case "acknowledgements" -> AcknowledgementSettings.class;
          case "metrics" -> MetricsSettings.class;
          case "defence" -> DefenceSettings.class;
          default -> WarningSettings.class;
        };
    assertThatThrownBy(() -> bind(group, type, Map.of(name, value)))
        .satisfies(
            failure ->
                assertThat(NestedExceptionUtils.getRootCause(failure))
                    .isInstanceOfSatisfying(
                        CodedException.class,
                        e -> {
                          assertThat(e.code()).isEqualTo(GatewayError.SETTINGS_INVALID);
                          assertThat(e).hasMessageContaining("oml.gateway." + group + "." + name);
                        }));
  }

  private static <T> T bind(String group, Class<T> type, Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(prefixed(group, values)))
        .bindOrCreate("oml.gateway." + group, type);
  }

  private static Map<String, String> prefixed(String group, Map<String, String> values) {
    return values.entrySet().stream()
        .collect(
            java.util.stream.Collectors.toMap(
                each -> "oml.gateway." + group + "." + each.getKey(), Map.Entry::getValue));
  }
}
