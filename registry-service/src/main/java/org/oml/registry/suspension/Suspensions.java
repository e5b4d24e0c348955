package org.oml.registry.suspension;

import java.util.List;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.springframework.stereotype.Component;

/** Who is suspended. It is asked of the database each time, so that it holds at every process. */
@Component
public final class Suspensions {

  private static final int LONGEST_REASON = 500;

  private final SuspensionRows rows;

  Suspensions(SuspensionRows rows) {
    this.rows = rows;
  }

  /**
   * @throws CodedException {@link RegistryError#HOST_SUSPENDED_BY_ADMIN}
   */
  public void requireNone(Address host) {
    rows.findById(host)
        .ifPresent(
            found -> {
              throw new CodedException(
                  RegistryError.HOST_SUSPENDED_BY_ADMIN,
                  "An admin suspended the host %s: %s"
                      .formatted(host, found.suspension().reason()));
            });
  }

  /**
   * Suspends a host, or changes why.
   *
   * @throws CodedException {@link RegistryError#REASON_INVALID}
   */
  public void suspend(Address host, String reason) {
    String why = reason.strip();
    if (why.isEmpty()
        || why.length() > LONGEST_REASON
        || why.chars().anyMatch(Character::isISOControl)) {
      throw new CodedException(
          RegistryError.REASON_INVALID, "The reason is not one line of 1 to 500 characters.");
    }
    rows.put(host.toBytes(), why);
  }

  /** Ends a suspension, if there is one. */
  public void lift(Address host) {
    rows.remove(host);
  }

  /** The newest first. */
  public List<Suspension> all() {
    return rows.findAllByOrderBySinceDescHostAsc().stream().map(SuspensionRow::suspension).toList();
  }
}
