package org.oml.servicekit.observability;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says whether the service can do its work, and what it lacks. */
@RestController
final class HealthEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(HealthEndpoint.class);

  private final List<Readiness> needs;

  HealthEndpoint(List<Readiness> needs) {
    this.needs = needs;
  }

  record Health(String status, List<String> missing) {}

  @GetMapping("/health")
  ResponseEntity<Health> health() {
    List<String> missing =
        needs.stream().filter(need -> !isThere(need)).map(Readiness::name).toList();
    return missing.isEmpty()
        ? ResponseEntity.ok(new Health("up", missing))
        : ResponseEntity.status(503).body(new Health("down", missing));
  }

  private static boolean isThere(Readiness need) {
    try {
      need.check();
      return true;
    } catch (Exception e) {
      LOG.warn("Not ready, {} is missing: {}", need.name(), e.getMessage());
      return false;
    }
  }
}
