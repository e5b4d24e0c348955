package org.oml.registry.publication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.chain.ChainSettings;
import org.oml.chain.send.SenderLimits;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Those of the chain and of the account that posts instances there. */
final class ChainSettingsTest {

  private static final Map<String, String> LEAST =
      Map.of("oml.chain.addresses-file", "addresses.json");

  @Test
  void hasTheseDefaults() {
    assertThat(chain(LEAST))
        .isEqualTo(
            new ChainProperties(
                URI.create("http://127.0.0.1:7545"),
                Path.of("addresses.json"),
                Duration.ofMillis(500),
                1,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                SenderLimits.DEFAULT.refusals(),
                SenderLimits.DEFAULT.balanceAlarm(),
                Duration.ofSeconds(60)));
    assertThat(account(LEAST)).isEqualTo(new AccountProperties(null, null));
  }

  @Test
  void takesTheseNames() {
    Map<String, String> all = new HashMap<>(LEAST);
    all.put("oml.chain.rpc-url", "http://127.0.0.1:4");
    all.put("oml.chain.poll-interval", "5s");
    all.put("oml.chain.finality-depth", "6");
    all.put("oml.chain.request-timeout", "7s");
    all.put("oml.chain.bump-after", "8s");
    all.put("oml.chain.refusals", "3");
    all.put("oml.chain.balance-alarm", "50000000000000000000");
    all.put("oml.chain.start-patience", "9s");
    all.put("oml.registry.account.keystore", "registry.json");
    all.put("oml.registry.account.password-file", "registry.password");
    assertThat(chain(all).limits())
        .isEqualTo(new SenderLimits(3, new BigInteger("50000000000000000000")));
    assertThat(chain(all).startPatience()).isEqualTo(Duration.ofSeconds(9));
    assertThat(chain(all).settings())
        .isEqualTo(
            new ChainSettings(
                URI.create("http://127.0.0.1:4"),
                Path.of("addresses.json"),
                Duration.ofSeconds(5),
                6,
                Duration.ofSeconds(7),
                Duration.ofSeconds(8)));
    assertThat(account(all))
        .isEqualTo(new AccountProperties(Path.of("registry.json"), Path.of("registry.password")));
  }

  @ParameterizedTest
  @CsvSource({
    "addresses-file,,SERVICE_SETTING_MISSING",
    "poll-interval,0s,SERVICE_SETTING_INVALID",
    "finality-depth,-1,SERVICE_SETTING_INVALID",
    "request-timeout,-1s,SERVICE_SETTING_INVALID",
    "bump-after,0s,SERVICE_SETTING_INVALID",
    "refusals,0,SERVICE_SETTING_INVALID",
    "balance-alarm,-1,SERVICE_SETTING_INVALID"
  })
  void refusesToStartWith(String name, @Nullable String value, String code) {
    Map<String, String> broken = new HashMap<>(LEAST);
    broken.remove("oml.chain." + name);
    if (value != null) {
      broken.put("oml.chain." + name, value);
    }
    assertThatThrownBy(
            () -> {
              chain(broken).limits();
              chain(broken).settings();
            })
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> {
              assertThat(e).hasMessageContaining("oml.chain." + name);
              assertThat(e.code().code()).isEqualTo(code);
            });
  }

  @ParameterizedTest
  @CsvSource({"keystore,password-file", "password-file,keystore"})
  void refusesToStartWithoutTheAccount(String missing, String present) {
    Map<String, String> half = Map.of("oml.registry.account." + present, "there");
    assertThatThrownBy(() -> account(half).load())
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> {
              assertThat(e).hasMessageContaining("oml.registry.account." + missing);
              assertThat(e.code().code()).isEqualTo("SERVICE_SETTING_MISSING");
            });
  }

  private static ChainProperties chain(Map<String, String> values) {
    return binder(values).bindOrCreate("oml.chain", ChainProperties.class);
  }

  private static AccountProperties account(Map<String, String> values) {
    return binder(values).bindOrCreate("oml.registry.account", AccountProperties.class);
  }

  private static Binder binder(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values));
  }
}
