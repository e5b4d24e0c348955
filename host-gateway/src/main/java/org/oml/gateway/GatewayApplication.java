package org.oml.gateway;

import java.time.Clock;
import java.util.stream.Collectors;
import org.oml.gateway.completion.CompletionEndpoint;
import org.oml.gateway.engine.Engine;
import org.oml.gateway.host.HostFiles;
import org.oml.gateway.host.HostIdentity;
import org.oml.gateway.journal.Journal;
import org.oml.gateway.permit.PermitCheck;
import org.oml.gateway.permit.PermitSource;
import org.oml.gateway.receipt.ReceiptBook;
import org.oml.protocol.Address;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The host gateway as a process. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties(GatewaySettings.class)
public class GatewayApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(GatewayApplication.class, arguments);
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

  @Bean
  CompletionEndpoint completionEndpoint(
      GatewaySettings settings,
      HostIdentity host,
      PermitSource permits,
      Journal journal,
      Engine engine) {
    var signers = settings.permitSigners().stream().map(Address::parse).collect(Collectors.toSet());
    PermitCheck check = new PermitCheck(host, signers, Clock.systemUTC());
    return new CompletionEndpoint(
        engine, new ReceiptBook(host, permits, check, journal, Clock.systemUTC()), settings);
  }

  @Bean
  ServletRegistrationBean<GatewayServlet> gatewayServlet(
      CompletionEndpoint completions, Engine engine, Journal journal, PermitSource permits) {
    Readiness readiness = new Readiness(engine, journal::isWritable, permits::isReady);
    return new ServletRegistrationBean<>(new GatewayServlet(completions, readiness), "/*");
  }
}
