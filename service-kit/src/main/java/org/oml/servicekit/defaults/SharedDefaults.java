package org.oml.servicekit.defaults;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.ResourcePropertySource;

/** Settings that all services start with; whatever a service or an operator sets wins. */
final class SharedDefaults implements EnvironmentPostProcessor {

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    try {
      environment
          .getPropertySources()
          .addLast(
              new ResourcePropertySource(
                  "service-kit", new ClassPathResource("service-kit.properties")));
    } catch (IOException e) {
      throw new UncheckedIOException("service-kit.properties is missing from the jar", e);
    }
  }
}
