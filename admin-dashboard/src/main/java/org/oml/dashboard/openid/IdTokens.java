package org.oml.dashboard.openid;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.converter.ClaimTypeConverter;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestOperations;

/**
 * Checks signature, issuer, audience and times of the provider's tokens. The provider's keys are
 * fetched when they are first needed, and again for a key that is new.
 */
final class IdTokens implements JwtDecoderFactory<ClientRegistration> {

  private final RestOperations calls;
  private @Nullable JwtDecoder decoder;

  IdTokens(RestOperations calls) {
    this.calls = calls;
  }

  /** One for all, since the dashboard knows one provider. */
  @Override
  public synchronized JwtDecoder createDecoder(ClientRegistration provider) {
    JwtDecoder known = decoder;
    if (known == null) {
      known = build(provider);
      decoder = known;
    }
    return known;
  }

  private JwtDecoder build(ClientRegistration provider) {
    NimbusJwtDecoder built =
        NimbusJwtDecoder.withJwkSetUri(
                Objects.requireNonNull(provider.getProviderDetails().getJwkSetUri()))
            .jwsAlgorithms(taken -> taken.addAll(List.of(SignatureAlgorithm.values())))
            .restOperations(calls)
            .build();
    built.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            List.of(new JwtTimestampValidator(), new OidcIdTokenValidator(provider))));
    built.setClaimSetConverter(
        new ClaimTypeConverter(OidcIdTokenDecoderFactory.createDefaultClaimTypeConverters()));
    return built;
  }
}
