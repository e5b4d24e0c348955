package org.oml.servicekit.wire;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JacksonModule;

/** Teaches the JSON and the settings of a service the protocol's values. */
@AutoConfiguration
public class WireAutoConfiguration {

  @Bean
  @ConfigurationPropertiesBinding
  static AddressSetting addressSetting() {
    return new AddressSetting();
  }

  @Bean
  JacksonModule wireForms() {
    return WireForms.module();
  }
}
