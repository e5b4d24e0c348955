package org.oml.dashboard;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** The dashboard as a process. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(DashboardSettings.class)
public class DashboardApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(DashboardApplication.class, arguments);
  }
}
