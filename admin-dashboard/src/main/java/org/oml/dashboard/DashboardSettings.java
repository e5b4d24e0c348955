package org.oml.dashboard;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an operator sets. Without a password or a provider nobody could tell an admin from anybody
 * else, so neither has a default.
 *
 * @param passwordFile the admin's password; needed where one signs in with passwords
 * @param passwordSignIn whether one signs in with passwords
 * @param openId the provider at which one signs in; null for none
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
    @Nullable Path passwordFile,
    @DefaultValue("true") boolean passwordSignIn,
    @Nullable OpenId openId,
    @DefaultValue(".oml/dashboard") Path directory,
    Account account,
    @DefaultValue("http://127.0.0.1:7501") URI registryUrl,
    @DefaultValue("http://127.0.0.1:7502") URI permissionUrl,
    @DefaultValue("http://127.0.0.1:7503") URI proverUrl,
    @DefaultValue("4s") Duration patience,
    @DefaultValue("10s") Duration refresh,
    @DefaultValue("5s") Duration pulse,
    @DefaultValue("12h") Duration sessionLife) {

  private static final Set<String> ON_THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

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

  /**
   * A provider of OpenID Connect.
   *
   * @param issuer as its tokens name it; https, or http on this machine
   * @param clientId under which it knows the dashboard
   * @param clientSecretFile one line
   * @param name by which the sign-in page calls it
   * @param scopes that are asked for
   * @param nameClaim how somebody is called on pages and in the log; should be a claim that people
   *     cannot choose themselves
   * @param roleClaim where their roles are: a text or a list, dots lead into objects
   * @param viewers values of that claim that make a viewer
   * @param operators that make an operator
   * @param owners that make an owner
   */
  public record OpenId(
      URI issuer,
      String clientId,
      Path clientSecretFile,
      @DefaultValue("OpenID Connect") String name,
      @DefaultValue({"openid", "profile"}) List<String> scopes,
      @DefaultValue("preferred_username") String nameClaim,
      @DefaultValue("roles") String roleClaim,
      @DefaultValue List<String> viewers,
      @DefaultValue List<String> operators,
      @DefaultValue List<String> owners) {

    public OpenId {
      requireSet(issuer, "open-id.issuer");
      requireSet(clientId, "open-id.client-id");
      requireSet(clientSecretFile, "open-id.client-secret-file");
      require(
          issuer.getHost() != null
              && ("https".equals(issuer.getScheme())
                  || ("http".equals(issuer.getScheme())
                      && ON_THIS_MACHINE.contains(issuer.getHost()))),
          "open-id.issuer",
          "must be a URL with https, or with http on this machine");
      require(scopes.contains("openid"), "open-id.scopes", "must have openid among them");
      scopes = List.copyOf(scopes);
      viewers = List.copyOf(viewers);
      operators = List.copyOf(operators);
      owners = List.copyOf(owners);
      if (viewers.isEmpty() && operators.isEmpty() && owners.isEmpty()) {
        throw new CodedException(
            DashboardError.OPEN_ID_ROLES_MISSING,
            "oml.dashboard.open-id gives nobody a role: nobody could sign in.");
      }
    }
  }

  public DashboardSettings {
    if (passwordSignIn) {
      requirePassword(passwordFile);
    } else if (openId == null) {
      throw new CodedException(
          DashboardError.SIGN_IN_MISSING,
          "oml.dashboard.password-sign-in is off and oml.dashboard.open-id is not set.");
    }
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
