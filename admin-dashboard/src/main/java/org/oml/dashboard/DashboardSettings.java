package org.oml.dashboard;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an operator sets. Without a password nobody could tell an admin from anybody else, so it has
 * no default.
 *
 * @param passwordFile the admin's password
 * @param directory of the accounts and of the admins' log
 * @param account with which the dashboard asks the services
 * @param registryUrl base URL of the registry
 * @param permissionUrl base URL of the permission service
 * @param proverUrl base URL of the prover
 * @param patience how long a page waits for a service
 * @param refresh after what time an open page is renewed, whole seconds
 * @param pulse after what time the overview's numbers are sent anew, at least half a second
 * @param sessionLife after what time an admin signs in again, however busy
 */
@ConfigurationProperties("oml.dashboard")
public record DashboardSettings(
    Path passwordFile,
    @DefaultValue(".oml/dashboard") Path directory,
    Account account,
    @DefaultValue("http://127.0.0.1:7501") URI registryUrl,
    @DefaultValue("http://127.0.0.1:7502") URI permissionUrl,
    @DefaultValue("http://127.0.0.1:7503") URI proverUrl,
    @DefaultValue("4s") Duration patience,
    @DefaultValue("10s") Duration refresh,
    @DefaultValue("5s") Duration pulse,
    @DefaultValue("12h") Duration sessionLife) {

  /**
   * An account's key.
   *
   * @param keystore Web3 Secret Storage V3
   * @param passwordFile its password
   */
  public record Account(Path keystore, Path passwordFile) {

    public Account {
      requireSet(keystore, "account.keystore");
      requireSet(passwordFile, "account.password-file");
    }
  }

  public DashboardSettings {
    requirePassword(passwordFile);
    requireSet(account, "account.keystore");
    requireUrl(registryUrl, "registry-url");
    requireUrl(permissionUrl, "permission-url");
    requireUrl(proverUrl, "prover-url");
    require(patience.isPositive(), "patience", "must be longer than nothing");
    require(refresh.toSeconds() >= 1, "refresh", "must be at least a second");
    require(pulse.toMillis() >= 500, "pulse", "must be at least half a second");
    require(sessionLife.isPositive(), "session-life", "must be longer than nothing");
  }

  private static void requirePassword(@Nullable Path file) {
    if (file == null) {
      throw new CodedException(
          DashboardError.PASSWORD_FILE_MISSING,
          "oml.dashboard.password-file is not set: nobody could sign in.");
    }
  }

  private static void requireSet(@Nullable Object value, String name) {
    if (value == null) {
      throw new CodedException(
          ServiceError.SETTING_MISSING, "oml.dashboard." + name + " is not set.");
    }
  }

  private static void requireUrl(URI value, String name) {
    require(
        ("http".equals(value.getScheme()) || "https".equals(value.getScheme()))
            && value.getHost() != null,
        name,
        "must be a URL with http or https");
  }

  private static void require(boolean holds, String name, String otherwise) {
    if (!holds) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.dashboard." + name + " " + otherwise + ".");
    }
  }
}
