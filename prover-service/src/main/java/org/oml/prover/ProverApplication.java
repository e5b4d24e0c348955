package org.oml.prover;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** The prover as a service. */
@SpringBootApplication
@EnableConfigurationProperties(ProverSettings.class)
public class ProverApplication {

  /** Starts the service. */
  public static void main(String[] arguments) {
    SpringApplication.run(ProverApplication.class, arguments);
  }
}
