package org.oml.cli.demo;

import java.util.Optional;
import org.oml.gateway.GatewayApplication;
import org.oml.host.permit.PermitSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What a host would run that wants to keep the price of permits: the gateway, changed so that it
 * asks nobody. Its users get signed receipts all the same, since they would go elsewhere without;
 * the receipts name no permit.
 */
@Configuration(proxyBeanMethods = false)
public class FreeloaderGateway {

  public static void main(String[] arguments) {
    new SpringApplication(GatewayApplication.class, FreeloaderGateway.class).run(arguments);
  }

  @Bean
  PermitSource noPermits() {
    return queryHash -> Optional.empty();
  }
}
