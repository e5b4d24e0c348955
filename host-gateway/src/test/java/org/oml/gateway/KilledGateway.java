package org.oml.gateway;

import org.oml.gateway.defence.DefenceSteps;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A gateway that dies, as of kill -9, at the step that the system property names. */
@Configuration(proxyBeanMethods = false)
public class KilledGateway {

  static final int DEAD = 137;

  public static void main(String[] arguments) {
    SpringApplication.run(
        new Class<?>[] {GatewayApplication.class, KilledGateway.class}, arguments);
  }

  @Bean
  DefenceSteps deadlyStep() {
    String deadly = System.getProperty("oml.test.die-at", "");
    return step -> {
      if (step.name().equals(deadly)) {
        Runtime.getRuntime().halt(DEAD);
      }
    };
  }
}
