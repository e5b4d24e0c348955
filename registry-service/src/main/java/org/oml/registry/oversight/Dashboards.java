package org.oml.registry.oversight;

import java.util.Set;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.servicekit.identity.Caller;
import org.springframework.stereotype.Component;

/** The accounts of {@code oml.registry.dashboards}, which oversee the registry. */
@Component
public final class Dashboards {

  private final Set<Address> accounts;

  Dashboards(RegistryProperties properties) {
    this.accounts = Set.copyOf(properties.dashboards());
  }

  /**
   * @throws CodedException {@link RegistryError#DASHBOARD_UNKNOWN}
   */
  public void require(Caller caller) {
    if (!accounts.contains(caller.address())) {
      throw new CodedException(
          RegistryError.DASHBOARD_UNKNOWN,
          "The account " + caller.address() + " is no dashboard of this registry.");
    }
  }
}
