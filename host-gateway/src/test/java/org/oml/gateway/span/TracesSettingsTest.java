package org.oml.gateway.span;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.oml.gateway.GatewayError;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class TracesSettingsTest {

  @Test
  void hasTheseNamesAndDefaults() {
    assertThat(bound(Map.of())).isEqualTo(new TracesSettings(null, 1));
    assertThat(
            bound(
                Map.of(
                    "oml.gateway.traces.endpoint",
                    "http://collector:4318/v1/traces",
                    "oml.gateway.traces.share",
                    "0.1")))
        .isEqualTo(new TracesSettings(URI.create("http://collector:4318/v1/traces"), 0.1));
  }

  @Test
  void aWrongEndpointStopsTheStart() {
    TracesSettings wrong = new TracesSettings(URI.create("collector"), 1);
    assertThatThrownBy(() -> new TracesConfiguration().traceExport(wrong))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(GatewayError.SETTINGS_INVALID));
  }

  private static TracesSettings bound(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("oml.gateway.traces", TracesSettings.class);
  }
}
