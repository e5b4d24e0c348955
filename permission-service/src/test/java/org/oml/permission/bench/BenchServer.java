package org.oml.permission.bench;

import org.oml.permission.PermissionApplication;
import org.springframework.boot.SpringApplication;

/** The service as it is, with one endpoint more to compare with. */
final class BenchServer {

  private BenchServer() {}

  public static void main(String[] arguments) {
    new SpringApplication(PermissionApplication.class, EchoEndpoint.class).run(arguments);
  }
}
