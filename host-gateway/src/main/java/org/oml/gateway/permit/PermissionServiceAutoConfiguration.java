package org.oml.gateway.permit;

import java.time.Clock;
import org.oml.gateway.GatewaySettings;
import org.oml.gateway.GraceSettings;
import org.oml.host.HostIdentity;
import org.oml.host.permit.BlankPermits;
import org.oml.host.permit.GracePermits;
import org.oml.host.permit.PermissionServicePermits;
import org.oml.host.permit.PermitCheck;
import org.oml.host.permit.PermitSource;
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
  PermitSource permitSource(
      GatewaySettings settings, GraceSettings grace, HostIdentity host, PermitCheck check) {
    PermissionServicePermits service =
        new PermissionServicePermits(
            settings.permissionUrl(), host, settings.permitPatience(), Clock.systemUTC());
    if (grace.blanks() == 0) {
      return service;
    }
    BlankPermits blanks =
        BlankPermits.open(
            settings.journal().resolve("blank-permits.json"), check, Clock.systemUTC());
    return new GracePermits(service, blanks, grace.blanks(), grace.renewBefore(), grace.after());
  }
}
