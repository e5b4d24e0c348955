package org.oml.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.chain.ChainSettings;
import org.oml.chain.send.SenderLimits;
import org.oml.permission.PermissionSettings.Epochs;
import org.oml.permission.PermissionSettings.Operator;
import org.oml.permission.PermissionSettings.Signer;
import org.oml.permission.epoch.EpochSettings;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PermissionSettingsTest {

  private static final Map<String, String> LEAST =
      Map.of(
          "oml.permission.signer.keystore", "keys/permission.json",
          "oml.permission.signer.password-file", "keys/permission.password",
          "oml.chain.addresses-file", "addresses.json");

  @Test
  void hasTheseDefaults() {
    assertThat(settings(LEAST))
        .isEqualTo(
            new PermissionSettings(
                new Signer(Path.of("keys/permission.json"), Path.of("keys/permission.password")),
                null,
                Duration.ofMinutes(10),
                1024,
                1,
                Duration.ofDays(1),
                100_000,
                100_000,
                Duration.ofSeconds(60),
                4,
                List.of(),
                List.of(),
                List.of(),
                null,
                new Epochs(
                    Duration.ofHours(1),
                    200_000,
                    Duration.ofSeconds(10),
                    100,
                    Duration.ofSeconds(1))));
    assertThat(chain(LEAST))
        .isEqualTo(
            new ChainConnection(
                URI.create("http://127.0.0.1:7545"),
                Path.of("addresses.json"),
                Duration.ofMillis(500),
                1,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                20,
                BigInteger.TEN.pow(16)));
  }

  @Test
  void takesTheseNames() {
    Map<String, String> all = new HashMap<>(LEAST);
    all.put("oml.permission.permit-life", "1m");
    all.put("oml.permission.next-signer.keystore", "keys/next.json");
    all.put("oml.permission.next-signer.password-file", "keys/next.password");
    all.put("oml.permission.group-size", "2");
    all.put("oml.permission.writers", "4");
    all.put("oml.permission.ledger-part", "1h");
    all.put("oml.permission.max-unacknowledged", "5");
    all.put("oml.permission.permits-per-second", "6");
    all.put("oml.permission.chain-patience", "3s");
    all.put("oml.permission.lookups-per-commitment", "7");
    all.put(
        "oml.permission.provers",
        "0x52908400098527886E0F7030069857D2E4169EE7,0x8617E340B3D01FA5F11F306F4090FD50E238070D");
    all.put("oml.permission.dashboards", "0x52908400098527886E0F7030069857D2E4169EE7");
    all.put("oml.permission.auditors", "0x8617E340B3D01FA5F11F306F4090FD50E238070D");
    all.put("oml.permission.operator.keystore", "keys/operator.json");
    all.put("oml.permission.operator.password-file", "keys/operator.password");
    all.put("oml.permission.epoch.period", "1m");
    all.put("oml.permission.epoch.permits", "8");
    all.put("oml.permission.epoch.grace", "2s");
    all.put("oml.permission.epoch.batch", "9");
    all.put("oml.permission.epoch.poll", "3s");
    all.put("oml.chain.bump-after", "9s");
    all.put("oml.chain.refusals", "10");
    all.put("oml.chain.balance-alarm", "11");
    all.put("oml.chain.rpc-url", "http://127.0.0.1:4");
    all.put("oml.chain.poll-interval", "5s");
    all.put("oml.chain.finality-depth", "6");
    all.put("oml.chain.request-timeout", "7s");
    all.put("oml.chain.start-patience", "8s");

    PermissionSettings settings = settings(all);
    assertThat(settings.permitLife()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.nextSigner())
        .isEqualTo(new Signer(Path.of("keys/next.json"), Path.of("keys/next.password")));
    assertThat(settings.groupSize()).isEqualTo(2);
    assertThat(settings.writers()).isEqualTo(4);
    assertThat(settings.ledgerPart()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.maxUnacknowledged()).isEqualTo(5);
    assertThat(settings.permitsPerSecond()).isEqualTo(6);
    assertThat(settings.chainPatience()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.lookupsPerCommitment()).isEqualTo(7);
    assertThat(settings.proverAddresses()).hasSize(2);
    assertThat(settings.dashboardAddresses()).hasSize(1);
    assertThat(settings.auditorAddresses()).hasSize(1);
    assertThat(settings.operator())
        .isEqualTo(new Operator(Path.of("keys/operator.json"), Path.of("keys/operator.password")));
    assertThat(settings.epochSettings())
        .isEqualTo(
            new EpochSettings(
                Duration.ofMinutes(1), 8, Duration.ofSeconds(2), 9, Duration.ofSeconds(3)));
    assertThat(chain(all).limits()).isEqualTo(new SenderLimits(10, BigInteger.valueOf(11)));
    assertThat(chain(all).startPatience()).isEqualTo(Duration.ofSeconds(8));
    assertThat(chain(all).settings())
        .isEqualTo(
            new ChainSettings(
                URI.create("http://127.0.0.1:4"),
                Path.of("addresses.json"),
                Duration.ofSeconds(5),
                6,
                Duration.ofSeconds(7),
                Duration.ofSeconds(9)));
  }

  @ParameterizedTest
  @CsvSource({
    "permission.signer.keystore,,SERVICE_SETTING_MISSING",
    "permission.signer.password-file,,SERVICE_SETTING_MISSING",
    "chain.addresses-file,,SERVICE_SETTING_MISSING",
    "permission.permit-life,500ms,SERVICE_SETTING_INVALID",
    "permission.permit-life,11m,SERVICE_SETTING_INVALID",
    "permission.group-size,0,SERVICE_SETTING_INVALID",
    "permission.group-size,4097,SERVICE_SETTING_INVALID",
    "permission.writers,0,SERVICE_SETTING_INVALID",
    "permission.ledger-part,59s,SERVICE_SETTING_INVALID",
    "permission.max-unacknowledged,0,SERVICE_SETTING_INVALID",
    "permission.permits-per-second,0,SERVICE_SETTING_INVALID",
    "permission.lookups-per-commitment,0,SERVICE_SETTING_INVALID",
    "permission.chain-patience,0s,SERVICE_SETTING_INVALID",
    "permission.provers,0x12,SERVICE_SETTING_INVALID",
    "permission.dashboards,me,SERVICE_SETTING_INVALID",
    "permission.auditors,me,SERVICE_SETTING_INVALID",
    "permission.epoch.period,999ms,SERVICE_SETTING_INVALID",
    "permission.epoch.permits,0,SERVICE_SETTING_INVALID",
    "permission.epoch.grace,0s,SERVICE_SETTING_INVALID",
    "permission.epoch.batch,501,SERVICE_SETTING_INVALID",
    "permission.epoch.poll,0s,SERVICE_SETTING_INVALID",
    "chain.refusals,0,SERVICE_SETTING_INVALID",
    "chain.balance-alarm,-1,SERVICE_SETTING_INVALID",
    "chain.poll-interval,0s,SERVICE_SETTING_INVALID",
    "chain.finality-depth,-1,SERVICE_SETTING_INVALID",
    "chain.request-timeout,-1s,SERVICE_SETTING_INVALID"
  })
  void refusesToStartWith(String name, @Nullable String value, String code) {
    Map<String, String> broken = new HashMap<>(LEAST);
    broken.remove("oml." + name);
    if (value != null) {
      broken.put("oml." + name, value);
    }
    assertThatThrownBy(
            () -> {
              settings(broken);
              chain(broken).settings();
              chain(broken).limits();
            })
        .satisfies(
            failure ->
                assertThat(coded(failure))
                    .hasMessageContaining("oml." + name)
                    .extracting(e -> e.code().code())
                    .isEqualTo(code));
  }

  private static CodedException coded(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CodedException coded) {
        return coded;
      }
    }
    throw new AssertionError("no coded error", failure);
  }

  private static PermissionSettings settings(Map<String, String> values) {
    return binder(values).bindOrCreate("oml.permission", PermissionSettings.class);
  }

  private static ChainConnection chain(Map<String, String> values) {
    return binder(values).bindOrCreate("oml.chain", ChainConnection.class);
  }

  private static Binder binder(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values));
  }
}
