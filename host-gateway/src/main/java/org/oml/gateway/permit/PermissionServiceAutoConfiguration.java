package org.oml.gateway.permit;

import java.time.Clock;
import org.oml.gateway.GatewaySettings;
import org.oml.gateway.host.HostIdentity;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Permits come from the permission service, unless the application holds a source of its own. */
@AutoConfiguration
@ConditionalOnBean(HostIdentity.class)
public final class PermissionServiceAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(PermitSource.class)
  PermitSource permitSource(GatewaySettings settings, HostIdentity host) {
    return new PermissionServicePermits(
        settings.permissionUrl(), host, settings.permitPatience(), Clock.systemUTC());
  }
}
