package org.oml.gateway;

import java.time.Clock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.oml.gateway.chain.LedgerSigners;
import org.oml.gateway.chain.Node;
import org.oml.gateway.completion.CompletionEndpoint;
import org.oml.gateway.defence.DefenceConfiguration;
import org.oml.gateway.engine.Engine;
import org.oml.gateway.metrics.MetricsConfiguration;
import org.oml.gateway.metrics.QueryMetrics;
import org.oml.gateway.span.TracesConfiguration;
import org.oml.gateway.warning.Warning;
import org.oml.gateway.warning.Warnings;
import org.oml.host.HostError;
import org.oml.host.HostFiles;
import org.oml.host.HostIdentity;
import org.oml.host.journal.Journal;
import org.oml.host.permit.PermitCheck;
import org.oml.host.permit.PermitSource;
import org.oml.host.receipt.ReceiptBook;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The host gateway as a process. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties({GatewaySettings.class, GraceSettings.class})
@Import({DefenceConfiguration.class, MetricsConfiguration.class, TracesConfiguration.class})
public class GatewayApplication {

  private static final Logger LOG = LoggerFactory.getLogger(GatewayApplication.class);
  private static final String READ_BUFFER = "1024";

  /** Holds the head of an answer with permit and receipt, so that it goes out at once. */
  private static final String WRITE_BUFFER = "4096";

  /** Serves, or does one of the other things that {@link GatewayCommand} knows. */
  public static void main(String[] arguments) {
    GatewayCommand.run(arguments);
  }

  /**
   * Tomcat holds two buffers of 8 KB for each connection, also for one that never says anything: of
   * ten thousand that would be 160 MB. They only pass on what is read and written anyway.
   */
  @Bean
  TomcatConnectorCustomizer idleConnectionsCostLittle() {
    return connector -> {
      connector.setProperty("socket.appReadBufSize", READ_BUFFER);
      connector.setProperty("socket.appWriteBufSize", WRITE_BUFFER);
    };
  }

  @Bean
  HostIdentity hostIdentity(GatewaySettings settings) {
    return HostFiles.read(
        settings.manifest(),
        settings.addressesFile(),
        settings.keystore(),
        settings.passwordFile());
  }

  @Bean
  Journal journal(GatewaySettings settings) {
    return Journal.open(settings.journal(), Clock.systemUTC());
  }

  @Bean
  Engine engine(GatewaySettings settings) {
    return new Engine(
        settings.upstream(),
        settings.connectTimeout(),
        settings.answerTimeout(),
        settings.idleTimeout());
  }

  /** Whose permits count: those that the host names, else those that the ledger authorises. */
  @Bean
  PermitCheck permitCheck(GatewaySettings settings, HostIdentity host, ObjectProvider<Node> node) {
    var named = settings.permitSigners().stream().map(Address::parse).collect(Collectors.toSet());
    Node chain = node.getIfAvailable();
    if (chain == null) {
      LOG.warn(
          "oml.gateway.defence.rpc-url is not set: nobody watches for cases against this host");
    }
    return named.isEmpty() && chain != null
        ? new PermitCheck(host, new LedgerSigners(chain, Clock.systemUTC()), Clock.systemUTC())
        : PermitCheck.trusting(host, named, Clock.systemUTC());
  }

  @Bean
  CompletionEndpoint completionEndpoint(
      GatewaySettings settings,
      HostIdentity host,
      PermitSource permits,
      PermitCheck check,
      Journal journal,
      Engine engine,
      QueryMetrics metrics) {
    return new CompletionEndpoint(
        engine,
        new ReceiptBook(host, permits, check, journal, Clock.systemUTC()),
        settings,
        metrics);
  }

  @Bean
  ServletRegistrationBean<GatewayServlet> gatewayServlet(
      CompletionEndpoint completions,
      Engine engine,
      Journal journal,
      PermitSource permits,
      QueryMetrics metrics,
      ObjectProvider<Warnings> warnings) {
    Readiness readiness = new Readiness(engine, journal::isWritable, permits::isReady);
    Consumer<CodedException> refusals =
        refusal -> warnings.ifAvailable(told -> warn(refusal, told));
    return new ServletRegistrationBean<>(
        new GatewayServlet(completions, readiness, metrics, refusals), "/*");
  }

  /** What the permission service refuses to one query it will refuse to the next. */
  private static void warn(CodedException refusal, Warnings warnings) {
    if (refusal.code() == HostError.PERMIT_REFUSED) {
      warnings.raise(Warning.PERMITS_REFUSED, "", String.valueOf(refusal.getMessage()));
    }
  }
}
