package org.oml.dashboard;

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

class DashboardSettingsTest {

  private static final Map<String, String> LEAST =
      Map.of(
          "oml.dashboard.password-file", "secrets/dashboard.password",
          "oml.dashboard.account.keystore", "keys/dashboard.json",
          "oml.dashboard.account.password-file", "keys/dashboard.password");

  private static final Map<String, String> PROVIDER = new HashMap<>(LEAST);

  static {
    PROVIDER.put("oml.dashboard.open-id.issuer", "https://id.example/realms/club");
    PROVIDER.put("oml.dashboard.open-id.client-id", "oml");
    PROVIDER.put("oml.dashboard.open-id.client-secret-file", "secrets/client");
    PROVIDER.put("oml.dashboard.open-id.owners", "owners");
  }

  @Test
  void hasTheseDefaults() {
    assertThat(bind(LEAST))
        .isEqualTo(
            new DashboardSettings(
                Path.of("secrets/dashboard.password"),
                true,
                null,
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

  @Test
  void takesTheseNamesOfAProvider() {
    Map<String, String> all = new HashMap<>(PROVIDER);
    all.put("oml.dashboard.open-id.name", "the club");
    all.put("oml.dashboard.open-id.scopes", "openid,groups");
    all.put("oml.dashboard.open-id.name-claim", "email");
    all.put("oml.dashboard.open-id.role-claim", "realm_access.roles");
    all.put("oml.dashboard.open-id.viewers", "members");
    all.put("oml.dashboard.open-id.operators", "staff,board");

    assertThat(bind(all).openId())
        .isEqualTo(
            new DashboardSettings.OpenId(
                URI.create("https://id.example/realms/club"),
                "oml",
                Path.of("secrets/client"),
                "the club",
                List.of("openid", "groups"),
                "email",
                "realm_access.roles",
                List.of("members"),
                List.of("staff", "board"),
                List.of("owners")));
  }

  @Test
  void asksAProviderForThisUnlessToldOtherwise() {
    DashboardSettings.OpenId provider = bind(PROVIDER).openId();
    assertThat(provider)
        .isEqualTo(
            new DashboardSettings.OpenId(
                URI.create("https://id.example/realms/club"),
                "oml",
                Path.of("secrets/client"),
                "OpenID Connect",
                List.of("openid", "profile"),
                "preferred_username",
                "roles",
                List.of(),
                List.of(),
                List.of("owners")));
  }

  @Test
  void needsNoPasswordWherePasswordsAreOff() {
    Map<String, String> all = new HashMap<>(PROVIDER);
    all.remove("oml.dashboard.password-file");
    all.put("oml.dashboard.password-sign-in", "false");
    assertThat(bind(all).passwordSignIn()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "password-sign-in,false,open-id.issuer,DASHBOARD_SIGN_IN_MISSING",
    "open-id.owners,,,DASHBOARD_OPEN_ID_ROLES_MISSING",
    "open-id.client-id,,,SERVICE_SETTING_MISSING",
    "open-id.client-secret-file,,,SERVICE_SETTING_MISSING",
    "open-id.issuer,http://id.example,,SERVICE_SETTING_INVALID",
    "open-id.issuer,id.example,,SERVICE_SETTING_INVALID",
    "open-id.scopes,profile,,SERVICE_SETTING_INVALID"
  })
  void refusesToStartWithAProviderOf(String name, String value, String without, String code) {
    Map<String, String> broken = new HashMap<>(PROVIDER);
    if (without != null) {
      broken.keySet().removeIf(key -> key.startsWith("oml.dashboard.open-id"));
    }
    refusesToStart(broken, name, value, code);
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
    refusesToStart(LEAST, name, value, code);
  }

  private static void refusesToStart(
      Map<String, String> settings, String name, String value, String code) {
    Map<String, String> broken = new HashMap<>(settings);
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
                          assertThat(e)
                              .hasMessageContaining("oml.dashboard." + name.split("\\.", -1)[0]);
                        }));
  }

  private static DashboardSettings bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("oml.dashboard", DashboardSettings.class);
  }
}
