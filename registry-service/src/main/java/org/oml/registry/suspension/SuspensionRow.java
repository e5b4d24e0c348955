package org.oml.registry.suspension;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.oml.protocol.Address;

/** A host that is suspended, and why. */
@Entity
@Table(name = "suspension")
final class SuspensionRow {

  @Id private Address host;
  @Column private String reason;
  @Column private Instant since;

  @SuppressWarnings("NullAway.Init")
  SuspensionRow() {}

  Suspension suspension() {
    return new Suspension(host, reason, since.getEpochSecond());
  }
}
