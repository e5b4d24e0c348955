package org.oml.servicekit.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.CodedException;
import org.oml.protocol.span.TraceExport;
import org.oml.protocol.span.Traces;
import org.oml.servicekit.problem.ServiceError;

class TracesAutoConfigurationTest {

  private final TracesAutoConfiguration configuration = new TracesAutoConfiguration();

  @Test
  void anEndpointSwitchesTracesOnForAsLongAsTheServiceRuns() {
    TracesProperties properties = new TracesProperties(URI.create("http://127.0.0.1:1/v1"), 0.5);
    try (TraceExport _ = configuration.traceExport(properties, "registry")) {
      assertThat(Traces.areOn()).isTrue();
    }
    assertThat(Traces.areOn()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    ", 1",
    "ftp://127.0.0.1, 1",
    "http://who:hunter2@127.0.0.1, 1",
    "http://127.0.0.1, 2"
  })
  void aWrongSettingStopsTheStartAndIsNotQuoted(@Nullable URI endpoint, double share) {
    assertThatThrownBy(
            () -> configuration.traceExport(new TracesProperties(endpoint, share), "registry"))
        .isInstanceOfSatisfying(
            CodedException.class, e -> assertThat(e.code()).isEqualTo(ServiceError.SETTING_INVALID))
        .hasMessageContaining("oml.traces")
        .hasMessageNotContaining("hunter2");
  }
}
