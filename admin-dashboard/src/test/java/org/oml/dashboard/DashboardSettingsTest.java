package org.oml.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.NestedExceptionUtils;

class DashboardSettingsTest {

  private static final Map<String, String> LEAST =
      Map.of(
          "oml.dashboard.password-file", "secrets/dashboard.password",
          "oml.dashboard.account.keystore", "keys/dashboard.json",
          "oml.dashboard.account.password-file", "keys/dashboard.password");

  @Test
  void hasTheseDefaults() {
    assertThat(bind(LEAST))
        .isEqualTo(
            new DashboardSettings(
                Path.of("secrets/dashboard.password"),
                Path.of(".oml/dashboard"),
                new DashboardSettings.Account(
                    Path.of("keys/dashboard.json"), Path.of("keys/dashboard.password")),
                URI.create("http://127.0.0.1:7501"),
                URI.create("http://127.0.0.1:7502"),
                URI.create("http://127.0.0.1:7503"),
                Duration.ofSeconds(4),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofHours(12)));
  }

  @Test
  void takesTheseNames() {
    Map<String, String> all = new HashMap<>(LEAST);
    all.put("oml.dashboard.directory", "/var/dashboard");
    all.put("oml.dashboard.registry-url", "https://registry.example");
    all.put("oml.dashboard.permission-url", "https://permission.example");
    all.put("oml.dashboard.prover-url", "https://prover.example");
    all.put("oml.dashboard.patience", "1s");
    all.put("oml.dashboard.refresh", "2s");
    all.put("oml.dashboard.pulse", "500ms");
    all.put("oml.dashboard.session-life", "3h");

    DashboardSettings settings = bind(all);

    assertThat(settings.directory()).isEqualTo(Path.of("/var/dashboard"));
    assertThat(settings.registryUrl()).isEqualTo(URI.create("https://registry.example"));
    assertThat(settings.permissionUrl()).isEqualTo(URI.create("https://permission.example"));
    assertThat(settings.proverUrl()).isEqualTo(URI.create("https://prover.example"));
    assertThat(settings.patience()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.refresh()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.pulse()).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.sessionLife()).isEqualTo(Duration.ofHours(3));
  }

  @ParameterizedTest
  @CsvSource({
    "password-file,,DASHBOARD_PASSWORD_FILE_MISSING",
    "account.keystore,,SERVICE_SETTING_MISSING",
    "account.password-file,,SERVICE_SETTING_MISSING",
    "registry-url,ftp://127.0.0.1,SERVICE_SETTING_INVALID",
    "permission-url,7502,SERVICE_SETTING_INVALID",
    "prover-url,http:///x,SERVICE_SETTING_INVALID",
    "patience,0s,SERVICE_SETTING_INVALID",
    "refresh,999ms,SERVICE_SETTING_INVALID",
    "pulse,499ms,SERVICE_SETTING_INVALID",
    "session-life,-1s,SERVICE_SETTING_INVALID"
  })
  void refusesToStartWith(String name, String value, String code) {
    Map<String, String> broken = new HashMap<>(LEAST);
    broken.remove("oml.dashboard." + name);
    if (value != null) {
      broken.put("oml.dashboard." + name, value);
    }
    assertThatThrownBy(() -> bind(broken))
        .satisfies(
            failure ->
                assertThat(NestedExceptionUtils.getRootCause(failure))
                    .isInstanceOfSatisfying(
                        CodedException.class,
                        e -> {
                          assertThat(e.code().code()).isEqualTo(code);
                          assertThat(e).hasMessageContaining("oml.dashboard." + name);
                        }));
  }

  private static DashboardSettings bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("oml.dashboard", DashboardSettings.class);
  }
}
