package org.oml.dashboard.signin;

import static org.springframework.security.config.Customizer.withDefaults;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.regex.Pattern;
import org.oml.dashboard.DashboardSettings;
import org.oml.dashboard.account.Accounts;
import org.oml.dashboard.account.Role;
import org.oml.dashboard.log.AdminLog;
import org.oml.dashboard.openid.OpenIdSignIn;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.SingleResultAuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.savedrequest.CookieRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;

/** What a browser may see and do before and after sign-in. */
@Configuration(proxyBeanMethods = false)
class SignInConfiguration {

  private static final String PAGE = "/sign-in";
  private static final String LEFT = PAGE + "?out";

  /** Everything comes from this server, and nothing is written into a page. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private static final Pattern WORTH_RETURNING_TO =
      Pattern.compile(
          "/(hosts|permits|models|training|audits|cases|governance)(/[0-9A-Za-z._-]+){0,3}");

  @Bean
  Lockout lockout() {
    return new Lockout(Clock.systemUTC());
  }

  /** Named as a provider, so that Spring makes no user of its own. */
  @Bean
  @ConditionalOnBooleanProperty(name = "oml.dashboard.password-sign-in", matchIfMissing = true)
  AuthenticationProvider adminSignIn(
      DashboardSettings settings, Lockout lockout, Accounts accounts, AdminLog log) {
    Path file = Objects.requireNonNull(settings.passwordFile());
    return new AdminSignIn(AdminPassword.read(file), lockout, accounts, log);
  }

  @Bean
  SecurityFilterChain pages(
      HttpSecurity http,
      ObjectProvider<AuthenticationProvider> passwords,
      ObjectProvider<OpenIdSignIn> openId,
      RequestCache pageToReturnTo,
      DashboardSettings settings,
      Accounts accounts)
      throws Exception {
    AuthenticationProvider admin = passwords.getIfAvailable();
    if (admin != null) {
      http.authenticationProvider(admin)
          .formLogin(form -> form.loginPage(PAGE).failureUrl(PAGE + "?refused"));
    }
    http.logout(logout -> logout.logoutUrl("/sign-out").logoutSuccessUrl(LEFT));
    OpenIdSignIn provider = openId.getIfAvailable();
    if (provider != null) {
      http.oauth2Login(provider::configure)
          .logout(logout -> logout.logoutSuccessHandler(provider.leave(LEFT)));
    }
    http.authorizeHttpRequests(requests -> access(requests, admin != null))
        .exceptionHandling(
            failures -> failures.authenticationEntryPoint(SignInConfiguration::toSignIn))
        // Strangers get no session: the token and the page to return to are in cookies.
        .csrf(csrf -> csrf.csrfTokenRepository(tokenInCookie()))
        .requestCache(cache -> cache.requestCache(pageToReturnTo))
        .addFilterBefore(
            new SessionLife(settings.sessionLife(), Clock.systemUTC()),
            SecurityContextHolderFilter.class)
        .addFilterBefore(new Standing(accounts), AuthorizationFilter.class)
        .addFilterBefore(new ActionRate(Clock.systemUTC()), AuthorizationFilter.class)
        .headers(SignInConfiguration::headers);
    return http.build();
  }

  /** Accounts are for those who sign in with passwords. */
  private static void access(
      AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry
          requests,
      boolean passwords) {
    requests
        .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
        .permitAll()
        .requestMatchers(
            "/health", "/metrics", PAGE, OpenIdSignIn.START, "/assets/**", "/webjars/**")
        .permitAll()
        .requestMatchers("/training/*/*", "/hosts/*/*", "/models/*/*/*", "/models/*/*/*/*")
        .hasRole(Role.OPERATOR.name())
        .requestMatchers("/accounts/**")
        .access(
            passwords
                ? AuthorityAuthorizationManager.hasRole(Role.OWNER.name())
                : SingleResultAuthorizationManager.denyAll())
        .anyRequest()
        .authenticated();
  }

  private static void headers(HeadersConfigurer<HttpSecurity> headers) {
    headers
        .contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN))
        .permissionsPolicyHeader(
            permissions ->
                permissions.policy("camera=(), geolocation=(), microphone=(), payment=()"))
        .crossOriginOpenerPolicy(opener -> opener.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
        .crossOriginResourcePolicy(
            resource -> resource.policy(CrossOriginResourcePolicy.SAME_ORIGIN))
        .frameOptions(HeadersConfigurer.FrameOptionsConfig::deny)
        .httpStrictTransportSecurity(withDefaults());
  }

  /** A page that renews itself is told to go, where a redirect would land inside of it. */
  private static void toSignIn(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException why)
      throws IOException {
    if (request.getHeader("HX-Request") == null) {
      response.sendRedirect(PAGE);
    } else {
      response.setHeader("HX-Redirect", PAGE);
      response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
    }
  }

  private static CookieCsrfTokenRepository tokenInCookie() {
    CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
    tokens.setCookieName("oml-dashboard-form");
    tokens.setCookieCustomizer(cookie -> cookie.httpOnly(true).sameSite("Strict"));
    return tokens;
  }

  /** The page that a stranger asked for, until they are in. */
  @Bean
  RequestCache pageToReturnTo() {
    CookieRequestCache pages = new CookieRequestCache();
    pages.setRequestMatcher(
        request ->
            request.getMethod().equals("GET")
                && WORTH_RETURNING_TO.matcher(request.getRequestURI()).matches());
    pages.setCookieCustomizer(
        cookie -> {
          cookie.setHttpOnly(true);
          cookie.setAttribute("SameSite", "Strict");
        });
    return pages;
  }
}
