package org.oml.servicekit.observability;

import java.util.List;
import org.oml.protocol.CodedException;
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
  private final List<HealthWarning> warnings;

  HealthEndpoint(List<Readiness> needs, List<HealthWarning> warnings) {
    this.needs = needs;
    this.warnings = warnings;
  }

  record Health(String status, List<String> missing, List<Warning> warnings) {}

  record Warning(String code, String detail, String next) {}

  @GetMapping("/health")
  ResponseEntity<Health> health() {
    List<String> missing =
        needs.stream().filter(need -> !isThere(need)).map(Readiness::name).toList();
    List<Warning> found =
        warnings.stream()
            .flatMap(warning -> warning.find().stream())
            .map(HealthEndpoint::warning)
            .toList();
    return missing.isEmpty()
        ? ResponseEntity.ok(new Health("up", missing, found))
        : ResponseEntity.status(503).body(new Health("down", missing, found));
  }

  private static Warning warning(CodedException found) {
    return new Warning(
        found.code().code(), String.valueOf(found.getMessage()), found.code().next());
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
