package org.oml.gateway.permit;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.oml.gateway.AcknowledgementSettings;
import org.oml.gateway.GatewaySettings;
import org.oml.gateway.GraceSettings;
import org.oml.gateway.warning.Warning;
import org.oml.gateway.warning.Warnings;
import org.oml.host.HostIdentity;
import org.oml.host.journal.Journal;
import org.oml.host.permit.BlankPermits;
import org.oml.host.permit.BlankPurchases;
import org.oml.host.permit.GracePermits;
import org.oml.host.permit.PermissionClient;
import org.oml.host.permit.PermissionServicePermits;
import org.oml.host.permit.PermitCheck;
import org.oml.host.permit.PermitSource;
import org.oml.host.usage.UsageReporter;
import org.oml.protocol.CodedException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Permits come from the permission service, unless the application holds a source of its own; what
 * was had of them is acknowledged there.
 */
@AutoConfiguration
@ConditionalOnBean(HostIdentity.class)
@EnableConfigurationProperties(AcknowledgementSettings.class)
public final class PermissionServiceAutoConfiguration {

  private static final Duration LONGEST_CALL = Duration.ofSeconds(5);

  @Bean
  UsageReporter usageReporter(
      GatewaySettings settings,
      AcknowledgementSettings acknowledgements,
      HostIdentity host,
      Journal journal,
      PermitCheck check,
      ObjectProvider<Warnings> warnings) {
    return new UsageReporter(
            host,
            new PermissionClient(settings.permissionUrl(), host, LONGEST_CALL, Clock.systemUTC()),
            journal,
            check,
            new UsageReporter.Policy(
                acknowledgements.interval(),
                acknowledgements.enabled(),
                acknowledgements.others(),
                settings.permitPatience()),
            outcome -> warnings.ifAvailable(told -> warn(outcome, told)),
            Clock.systemUTC())
        .start();
  }

  private static void warn(Optional<CodedException> outcome, Warnings warnings) {
    outcome.ifPresentOrElse(
        refusal ->
            warnings.raise(
                Warning.ACKNOWLEDGEMENT_REFUSED, "", String.valueOf(refusal.getMessage())),
        () -> warnings.settle(Warning.ACKNOWLEDGEMENT_REFUSED, ""));
  }

  @Bean
  @ConditionalOnMissingBean(PermitSource.class)
  PermitSource permitSource(
      GatewaySettings settings,
      GraceSettings grace,
      HostIdentity host,
      PermitCheck check,
      Journal journal,
      UsageReporter usage) {
    PermissionServicePermits service =
        new PermissionServicePermits(
            settings.permissionUrl(),
            host,
            settings.permitPatience(),
            usage::wake,
            Clock.systemUTC());
    if (grace.blanks() == 0) {
      return service;
    }
    BlankPermits blanks =
        BlankPermits.open(
            settings.journal().resolve("blank-permits.json"), check, Clock.systemUTC());
    Optional<BlankPurchases.Purchase> unanswered =
        usage
            .openPurchase()
            .map(open -> new BlankPurchases.Purchase(open.id(), open.blanks(), open.at()));
    BlankPurchases purchases =
        new BlankPurchases(service, blanks, journal, unanswered, Clock.systemUTC());
    return new GracePermits(
        service, blanks, purchases, grace.blanks(), grace.renewBefore(), grace.after());
  }
}
