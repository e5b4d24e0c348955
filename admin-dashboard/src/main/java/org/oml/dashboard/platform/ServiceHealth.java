package org.oml.dashboard.platform;

import java.net.URI;
import java.util.List;

/**
 * How a service is.
 *
 * @param name of the service
 * @param url where it is asked
 * @param state what it said, or that it said nothing
 * @param missing what it lacks, in its own words
 */
public record ServiceHealth(String name, URI url, State state, List<String> missing) {

  /** How a service is, in one word. */
  public enum State {
    UP,
    NOT_READY,
    AWAY
  }

  public ServiceHealth {
    missing = List.copyOf(missing);
  }
}
