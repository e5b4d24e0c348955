package org.oml.servicekit.wire;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JacksonModule;

/** Teaches the JSON of a service the protocol's values. */
@AutoConfiguration
public class WireAutoConfiguration {

  @Bean
  JacksonModule wireForms() {
    return WireForms.module();
  }
}
