package org.oml.servicekit.observability;

import java.util.Optional;
import org.oml.protocol.CodedException;

/** What a person should see to although the service does its work, such as an account's balance. */
@FunctionalInterface
public interface HealthWarning {

  /** The warning as long as there is reason for one; bounded in time. */
  Optional<CodedException> find();
}
