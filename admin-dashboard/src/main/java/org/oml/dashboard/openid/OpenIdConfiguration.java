package org.oml.dashboard.openid;

import java.time.InstantSource;
import java.util.Objects;
import org.oml.dashboard.DashboardSettings;
import org.oml.dashboard.log.AdminLog;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.userinfo.DefaultOAuth2UserService;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.thymeleaf.ITemplateEngine;

/** Sign-in at a provider, where one is set. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("oml.dashboard.open-id.issuer")
class OpenIdConfiguration {

  @Bean
  Provider provider(DashboardSettings settings) {
    return new Provider(openId(settings), calls(), InstantSource.system());
  }

  private static DashboardSettings.OpenId openId(DashboardSettings settings) {
    return Objects.requireNonNull(settings.openId());
  }

  @Bean
  PendingSignIn pendingSignIn(Provider provider) {
    return new PendingSignIn(provider);
  }

  /** With PKCE, though the dashboard has a secret: a code is of use to this browser alone. */
  @Bean
  DefaultOAuth2AuthorizationRequestResolver authorizationRequests(Provider provider) {
    DefaultOAuth2AuthorizationRequestResolver requests =
        new DefaultOAuth2AuthorizationRequestResolver(provider, OpenIdSignIn.START);
    requests.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
    return requests;
  }

  /** Checks signature, issuer, audience and times of a token of the provider. */
  @Bean
  JwtDecoderFactory<ClientRegistration> idTokens() {
    return new IdTokens(calls());
  }

  @Bean
  OpenIdSignIn openIdSignIn(
      DashboardSettings settings,
      Provider provider,
      PendingSignIn pending,
      AdminLog log,
      ITemplateEngine templates) {
    RestClientAuthorizationCodeTokenResponseClient tokens =
        new RestClientAuthorizationCodeTokenResponseClient();
    tokens.setRestClient(tokenCalls());
    DefaultOAuth2UserService told = new DefaultOAuth2UserService();
    told.setRestOperations(calls());
    OidcUserService users = new OidcUserService();
    users.setOauth2UserService(told);
    DashboardSettings.OpenId openId = openId(settings);
    return new OpenIdSignIn(
        provider,
        pending,
        tokens,
        new OpenIdUsers(users, new RoleClaim(openId), openId.nameClaim(), log),
        new Onward(templates));
  }

  static RestTemplate calls() {
    RestTemplate calls = new RestTemplate(ProviderCalls.requests());
    calls.getInterceptors().add(new ProviderCalls());
    return calls;
  }

  private static RestClient tokenCalls() {
    return RestClient.builder()
        .requestFactory(ProviderCalls.requests())
        .requestInterceptor(new ProviderCalls())
        .configureMessageConverters(
            converters ->
                converters
                    .disableDefaults()
                    .addCustomConverter(new FormHttpMessageConverter())
                    .addCustomConverter(new StringHttpMessageConverter())
                    .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
        .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
        .build();
  }
}
