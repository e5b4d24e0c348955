package org.oml.registry.oversight;

import java.util.List;
import java.util.Objects;
import org.oml.protocol.Address;
import org.oml.registry.suspension.Suspension;
import org.oml.registry.suspension.Suspensions;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Dashboards suspend hosts and lift it again. */
@RestController
final class SuspensionEndpoints {

  private final Suspensions suspensions;
  private final Dashboards dashboards;

  SuspensionEndpoints(Suspensions suspensions, Dashboards dashboards) {
    this.suspensions = suspensions;
    this.dashboards = dashboards;
  }

  record SuspensionList(List<Suspension> suspensions) {}

  record SuspensionRequest(String reason) {

    SuspensionRequest {
      Objects.requireNonNull(reason);
    }
  }

  @GetMapping("/v1/suspensions")
  SuspensionList all(Caller caller) {
    dashboards.require(caller);
    return new SuspensionList(suspensions.all());
  }

  @PostMapping("/v1/hosts/{host}/suspend")
  SuspensionList suspend(
      Caller caller, @PathVariable String host, @RequestBody SuspensionRequest request) {
    dashboards.require(caller);
    suspensions.suspend(Address.parse(host), request.reason());
    return all(caller);
  }

  @PostMapping("/v1/hosts/{host}/lift")
  SuspensionList lift(Caller caller, @PathVariable String host) {
    dashboards.require(caller);
    suspensions.lift(Address.parse(host));
    return all(caller);
  }
}
