package org.oml.gateway.permit;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.oml.gateway.AcknowledgementSettings;
import org.oml.gateway.GatewaySettings;
import org.oml.host.HostFiles;
import org.oml.host.HostIdentity;
import org.oml.host.journal.Journal;
import org.oml.host.journal.UsageNote;
import org.oml.host.permit.PermissionClient;
import org.oml.host.permit.PermissionClient.ServiceUsage;
import org.oml.host.usage.UsageTally;
import org.oml.host.usage.UsageTally.Sum;
import org.oml.protocol.UsageAck;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Shows what the host's journals and the permission service count, and acknowledges what the
 * journals show, or, because a person says so, what the service counts.
 */
public final class AcknowledgeByHand {

  /** All that the service counts is acknowledged. */
  public static final int DONE = 0;

  /** The service counts more than is acknowledged. */
  public static final int NO = 1;

  private static final Duration LONGEST_CALL = Duration.ofSeconds(10);

  private AcknowledgeByHand() {}

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties({GatewaySettings.class, AcknowledgementSettings.class})
  static class Parts {}

  /**
   * Acknowledges once.
   *
   * @param acceptDifference whether to take the service's word for what the journals do not show;
   *     the gateway must be stopped then
   * @param arguments of Spring Boot: where the settings are
   * @return the exit code
   * @throws IOException when the service or the journal cannot be reached
   */
  public static int run(boolean acceptDifference, String... arguments) throws IOException {
    SpringApplication application = new SpringApplication(Parts.class);
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--spring.main.web-application-type=none";
    try (ConfigurableApplicationContext parts = application.run(all)) {
      GatewaySettings settings = parts.getBean(GatewaySettings.class);
      HostIdentity host =
          HostFiles.read(
              settings.manifest(),
              settings.addressesFile(),
              settings.keystore(),
              settings.passwordFile());
      try (PermissionClient service =
          new PermissionClient(settings.permissionUrl(), host, LONGEST_CALL, Clock.systemUTC())) {
        return acknowledge(
            acceptDifference,
            settings,
            parts.getBean(AcknowledgementSettings.class),
            host,
            service);
      }
    }
  }

  private static int acknowledge(
      boolean acceptDifference,
      GatewaySettings settings,
      AcknowledgementSettings acknowledgements,
      HostIdentity host,
      PermissionClient service)
      throws IOException {
    ServiceUsage counted = service.usage();
    Sum own =
        UsageTally.together(UsageTally.open(settings.journal()).sum(), acknowledgements.others());
    System.out.printf(
        "The journals show %d permits for %s.%nThe permission service counts %d for %s and has %d"
            + " acknowledged.%n",
        own.count(), own.charge(), counted.permits(), counted.charge(), counted.acknowledged());
    if (acceptDifference) {
      own = accept(settings, acknowledgements, own, counted);
    }
    if (own.count() > counted.acknowledged()) {
      service.acknowledge(
          new UsageAck(
              host.modelId(),
              host.wallet(),
              own.count(),
              own.charge(),
              Instant.now().getEpochSecond()));
    }
    ServiceUsage after = service.usage();
    System.out.printf("Acknowledged: %d.%n", after.acknowledged());
    return after.acknowledged() >= counted.permits() ? DONE : NO;
  }

  /** Into the journal first, so that the gateway goes on from there. */
  private static Sum accept(
      GatewaySettings settings,
      AcknowledgementSettings acknowledgements,
      Sum own,
      ServiceUsage counted)
      throws IOException {
    long more = counted.permits() - own.count();
    BigInteger charge = counted.charge().subtract(own.charge());
    if (more < 0 || charge.signum() < 0 || (more == 0 && charge.signum() == 0)) {
      return own;
    }
    try (Journal journal = Journal.open(settings.journal(), Clock.systemUTC())) {
      journal.record(UsageNote.accepted(Instant.now(), more, charge));
    }
    return UsageTally.together(
        UsageTally.open(settings.journal()).save(), acknowledgements.others());
  }
}
