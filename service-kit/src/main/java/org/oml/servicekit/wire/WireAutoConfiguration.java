package org.oml.servicekit.wire;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
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

  /**
   * A body that could be read in two ways is refused: a key that comes twice, a fraction where a
   * whole number belongs.
   */
  @Bean
  JsonMapperBuilderCustomizer strictJson() {
    return builder ->
        builder
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
  }
}
