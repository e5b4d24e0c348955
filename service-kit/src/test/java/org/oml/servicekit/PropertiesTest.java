package org.oml.servicekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class PropertiesTest {

  @Test
  void hasTheseSettingsAndDefaults() throws ReflectiveOperationException {
    assertThat(settings("org.oml.servicekit.problem.HttpProperties"))
        .isEqualTo("oml.http {bodyLimit=1048576B, streamedPaths=[]}");
    assertThat(settings("org.oml.servicekit.identity.IdentityProperties"))
        .isEqualTo(
            "oml.identity {chainId=31337, challengeLife=PT5M, tokenKeyFile=null, tokenLife=PT15M,"
                + " url=null}");
    assertThat(settings("org.oml.servicekit.database.DatabaseProperties"))
        .isEqualTo(
            "oml.database {connectPatience=PT5S, passwordFile=null, poolSize=10, schema=null,"
                + " startPatience=PT1M, url=null, user=null}");
    assertThat(settings("org.oml.servicekit.observability.TracesProperties"))
        .isEqualTo("oml.traces {endpoint=null, share=1.0}");
  }

  private static String settings(String type) throws ReflectiveOperationException {
    Class<?> properties = Class.forName(type);
    Object bound =
        new Binder(new MapConfigurationPropertySource(Map.of()))
            .bindOrCreate("oml", Bindable.of(properties));
    Map<String, @Nullable Object> values = new TreeMap<>();
    for (RecordComponent component : Arrays.asList(properties.getRecordComponents())) {
      component.getAccessor().setAccessible(true);
      values.put(component.getName(), component.getAccessor().invoke(bound));
    }
    return properties.getAnnotation(ConfigurationProperties.class).value() + " " + values;
  }
}
