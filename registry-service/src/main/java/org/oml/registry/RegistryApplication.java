package org.oml.registry;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the registry. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class RegistryApplication {

  /** Runs until stopped. */
  public static void main(String[] arguments) {
    SpringApplication.run(RegistryApplication.class, arguments);
  }
}
