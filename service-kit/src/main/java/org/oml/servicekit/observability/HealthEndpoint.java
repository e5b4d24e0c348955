package org.oml.servicekit.observability;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Map<String, String> missing = new ConcurrentHashMap<>();

  HealthEndpoint(List<Readiness> needs, List<HealthWarning> warnings) {
    this.needs = needs;
    this.warnings = warnings;
  }

  record Health(String status, List<String> missing, List<Warning> warnings) {}

  record Warning(String code, String detail, String next) {}

  @GetMapping("/health")
  ResponseEntity<Health> health() {
    List<String> lacking =
        needs.stream().filter(need -> !isThere(need)).map(Readiness::name).toList();
    List<Warning> found =
        warnings.stream()
            .flatMap(warning -> warning.find().stream())
            .map(HealthEndpoint::warning)
            .toList();
    return lacking.isEmpty()
        ? ResponseEntity.ok(new Health("up", lacking, found))
        : ResponseEntity.status(503).body(new Health("down", lacking, found));
  }

  private static Warning warning(CodedException found) {
    return new Warning(
        found.code().code(), String.valueOf(found.getMessage()), found.code().next());
  }

  /** Says it once and not at each look, of which there may be many in a second. */
  private boolean isThere(Readiness need) {
    try {
      need.check();
      if (missing.remove(need.name()) != null) {
        LOG.info("Ready again: {} is there.", need.name());
      }
      return true;
    } catch (Exception e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(missing.put(need.name(), reason))) {
        LOG.warn("Not ready, {} is missing: {}", need.name(), reason);
      }
      return false;
    }
  }
}
