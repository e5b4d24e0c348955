package org.oml.prover.evidence;

import java.net.URI;
import java.time.Duration;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How cases are taken to court.
 *
 * @param permissionUrl the permission service, which says whether there was a permit
 * @param casesPerInstance cases of one instance that are open at a time, at least 0; one conviction
 *     slashes
 * @param poll how often open cases are looked at
 */
@ConfigurationProperties("oml.prover.evidence")
record EvidenceSettings(
    @DefaultValue("http://127.0.0.1:7502") URI permissionUrl,
    @DefaultValue("1") int casesPerInstance,
    @DefaultValue("500ms") Duration poll) {

  /** Refuses settings with which no case could be taken to court. */
  EvidenceSettings {
    String scheme = permissionUrl.getScheme();
    require(
        ("http".equals(scheme) || "https".equals(scheme)) && permissionUrl.getHost() != null,
        "permission-url",
        "must be the address of an HTTP server");
    require(casesPerInstance >= 0, "cases-per-instance", "must be 0 or more");
    require(poll.isPositive(), "poll", "must be longer than nothing");
  }

  private static void require(boolean holds, String name, String otherwise) {
    if (!holds) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.prover.evidence." + name + " " + otherwise + ".");
    }
  }
}
