package org.oml.servicekit.identity;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.oml.protocol.CodedException;
import org.oml.servicekit.database.DatabaseAutoConfiguration;
import org.oml.servicekit.database.SchemaPart;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Sign-in for a service, unless {@code oml.identity.enabled} is false, which is for those that
 * nobody signs in at.
 */
@AutoConfiguration(after = DatabaseAutoConfiguration.class)
@ConditionalOnProperty(name = "oml.identity.enabled", matchIfMissing = true)
@EnableConfigurationProperties(IdentityProperties.class)
public class IdentityAutoConfiguration {

  @Bean
  static SchemaPart identityTables() {
    return new SchemaPart("identity", "classpath:db/identity");
  }

  @Bean
  TokenKey tokenKey(IdentityProperties properties) {
    return TokenKey.load(properties.tokenKeyFile());
  }

  @Bean
  Tokens tokens(TokenKey key, IdentityProperties properties, Environment environment) {
    return new Tokens(key, serviceName(environment), properties.tokenLife(), Clock.systemUTC());
  }

  @Bean
  SignInEndpoints signInEndpoints(
      TokenKey key,
      Tokens tokens,
      IdentityProperties properties,
      Environment environment,
      JdbcClient database) {
    Clock clock = Clock.systemUTC();
    Challenges challenges =
        new Challenges(
            key,
            serviceName(environment),
            url(properties, environment),
            properties,
            clock,
            new UsedNonces(database, clock));
    return new SignInEndpoints(challenges, tokens);
  }

  @Bean
  WebMvcConfigurer callers(Tokens tokens) {
    CallerInterceptor interceptor = new CallerInterceptor(tokens);
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(interceptor);
      }

      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(interceptor);
      }
    };
  }

  private static String serviceName(Environment environment) {
    String name = environment.getProperty("spring.application.name", "");
    if (name.isBlank()) {
      throw new CodedException(
          ServiceError.SETTING_MISSING,
          "spring.application.name is not set: tokens are for the service of that name.");
    }
    return name;
  }

  private static Supplier<URI> url(IdentityProperties properties, Environment environment) {
    URI set = properties.url();
    return set != null
        ? () -> set
        : () -> URI.create("http://127.0.0.1:" + environment.getProperty("local.server.port"));
  }
}
