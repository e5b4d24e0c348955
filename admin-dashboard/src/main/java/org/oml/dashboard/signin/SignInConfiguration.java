package org.oml.dashboard.signin;

import static org.springframework.security.config.Customizer.withDefaults;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.regex.Pattern;
import org.oml.dashboard.DashboardSettings;
import org.oml.dashboard.account.Accounts;
import org.oml.dashboard.account.Role;
import org.oml.dashboard.log.AdminLog;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
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

/** What a browser may see and do before and after sign-in. */
@Configuration(proxyBeanMethods = false)
class SignInConfiguration {

  private static final String PAGE = "/sign-in";

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
  AuthenticationProvider adminSignIn(
      DashboardSettings settings, Lockout lockout, Accounts accounts, AdminLog log) {
    return new AdminSignIn(AdminPassword.read(settings.passwordFile()), lockout, accounts, log);
  }

  @Bean
  SecurityFilterChain pages(
      HttpSecurity http,
      AuthenticationProvider admin,
      DashboardSettings settings,
      Accounts accounts)
      throws Exception {
    http.authenticationProvider(admin)
        .authorizeHttpRequests(
            requests ->
                requests
                    .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                    .permitAll()
                    .requestMatchers("/health", PAGE, "/assets/**", "/webjars/**")
                    .permitAll()
                    .requestMatchers("/training/*/*")
                    .hasRole(Role.OPERATOR.name())
                    .requestMatchers("/accounts/**")
                    .hasRole(Role.OWNER.name())
                    .anyRequest()
                    .authenticated())
        .formLogin(form -> form.loginPage(PAGE).failureUrl(PAGE + "?refused"))
        .logout(logout -> logout.logoutUrl("/sign-out").logoutSuccessUrl(PAGE + "?out"))
        .exceptionHandling(
            failures -> failures.authenticationEntryPoint(SignInConfiguration::toSignIn))
        // Strangers get no session: the token and the page to return to are in cookies.
        .csrf(csrf -> csrf.csrfTokenRepository(tokenInCookie()))
        .requestCache(cache -> cache.requestCache(pageInCookie()))
        .addFilterBefore(
            new SessionLife(settings.sessionLife(), Clock.systemUTC()),
            SecurityContextHolderFilter.class)
        .addFilterBefore(new Standing(accounts), AuthorizationFilter.class)
        .addFilterBefore(new ActionRate(Clock.systemUTC()), AuthorizationFilter.class)
        .headers(SignInConfiguration::headers);
    return http.build();
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

  private static CookieRequestCache pageInCookie() {
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
