package org.oml.dashboard.openid;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.DashboardError;
import org.oml.dashboard.DashboardSettings;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestOperations;

/**
 * The provider, which is asked where its endpoints are when somebody first signs in: the dashboard
 * starts without it.
 */
final class Provider implements ClientRegistrationRepository {

  static final String ID = "openid";

  private static final Logger LOG = LoggerFactory.getLogger(Provider.class);
  private static final OAuth2Error AWAY = new OAuth2Error(DashboardError.OPEN_ID_AWAY.code());
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final String DISCOVERY = "/.well-known/openid-configuration";
  private static final ParameterizedTypeReference<Map<String, Object>> OBJECT =
      new ParameterizedTypeReference<>() {};

  private final DashboardSettings.OpenId settings;
  private final RestOperations calls;
  private final String secret;
  private final InstantSource clock;
  private @Nullable ClientRegistration known;
  private Instant quietUntil = Instant.MIN;

  /**
   * @throws CodedException {@link DashboardError#OPEN_ID_SECRET_INVALID}
   */
  Provider(DashboardSettings.OpenId settings, RestOperations calls, InstantSource clock) {
    this.settings = settings;
    this.calls = calls;
    this.clock = clock;
    this.secret = readSecret(settings);
  }

  private static String readSecret(DashboardSettings.OpenId settings) {
    String text;
    try {
      text = Files.readString(settings.clientSecretFile()).strip();
    } catch (IOException e) {
      throw new CodedException(
          DashboardError.OPEN_ID_SECRET_INVALID,
          "The file " + settings.clientSecretFile() + " cannot be read.",
          e);
    }
    if (text.lines().count() != 1) {
      throw new CodedException(
          DashboardError.OPEN_ID_SECRET_INVALID,
          "The file " + settings.clientSecretFile() + " does not hold one line.");
    }
    return text;
  }

  /**
   * @throws OAuth2AuthenticationException {@link DashboardError#OPEN_ID_AWAY}
   */
  @Override
  public @Nullable ClientRegistration findByRegistrationId(String id) {
    return id.equals(ID) ? registration() : null;
  }

  /**
   * @throws OAuth2AuthenticationException {@link DashboardError#OPEN_ID_AWAY}
   */
  synchronized ClientRegistration registration() {
    ClientRegistration registration = known;
    if (registration == null) {
      // Strangers who ask while it is away wait for one call together, not for one each.
      if (clock.instant().isBefore(quietUntil)) {
        throw new OAuth2AuthenticationException(AWAY);
      }
      registration = discover();
      known = registration;
    }
    return registration;
  }

  private ClientRegistration discover() {
    String issuer = settings.issuer().toString();
    URI address = URI.create(issuer.replaceFirst("/$", "") + DISCOVERY);
    try {
      Map<String, Object> told = calls.exchange(address, HttpMethod.GET, null, OBJECT).getBody();
      if (told == null || !issuer.equals(told.get("issuer"))) {
        throw new IllegalArgumentException("it names another issuer");
      }
      requireAsSecret(told);
      return ClientRegistrations.fromOidcConfiguration(told)
          .registrationId(ID)
          .clientId(settings.clientId())
          .clientSecret(secret)
          .clientName(settings.name())
          .redirectUri("{baseUrl}" + OpenIdSignIn.BACK)
          .scope(settings.scopes())
          .build();
    } catch (RestClientException | IllegalArgumentException | IllegalStateException e) {
      LOG.warn("The provider {} does not say where its endpoints are", issuer, e);
      quietUntil = clock.instant().plus(PAUSE);
      throw new OAuth2AuthenticationException(AWAY, e);
    }
  }

  /** A provider on https sends nobody, and no secret, to an address without it. */
  private void requireAsSecret(Map<String, Object> told) {
    if ("https".equals(settings.issuer().getScheme())) {
      told.forEach(
          (name, value) -> {
            if (name.matches(".*_(endpoint|uri)") && String.valueOf(value).startsWith("http:")) {
              throw new IllegalArgumentException("its " + name + " is without https");
            }
          });
    }
  }
}
