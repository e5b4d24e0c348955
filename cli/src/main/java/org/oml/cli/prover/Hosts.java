package org.oml.cli.prover;

import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.oml.cli.CliError;
import org.oml.protocol.CodedException;
import org.oml.protocol.client.ServiceClient;
import tools.jackson.databind.JsonNode;

/** Finds what a prover knows of a host. */
final class Hosts {

  private static final int INSTANCE_ID = 66;

  private final ServiceClient prover;

  /**
   * @param prover asked as an operator
   */
  Hosts(ServiceClient prover) {
    this.prover = prover;
  }

  /**
   * The instance whose keys are asked.
   *
   * @param host its address, or the instance's own id
   * @throws CodedException {@link CliError#HOST_UNKNOWN} if it has none in the vault, or several
   */
  String instanceOf(String host) {
    if (host.length() == INSTANCE_ID) {
      return host;
    }
    List<String> instances =
        all("/v1/vault/stock", "instances")
            .filter(one -> one.required("host").asString().equalsIgnoreCase(host))
            .map(one -> one.required("instanceId").asString())
            .toList();
    if (instances.size() != 1) {
      throw new CodedException(
          CliError.HOST_UNKNOWN,
          "The vault has "
              + (instances.isEmpty() ? "no instance" : "several instances " + instances)
              + " of host "
              + host
              + ".");
    }
    return instances.getFirst();
  }

  /**
   * Where an instance's schedule asks.
   *
   * @throws CodedException {@link CliError#HOST_UNKNOWN} if there is no schedule, or several
   */
  String endpointOf(String instanceId) {
    List<String> endpoints =
        all("/v1/schedules", "schedules")
            .filter(one -> one.required("instanceId").asString().equalsIgnoreCase(instanceId))
            .map(one -> one.required("endpoint").asString())
            .toList();
    if (endpoints.size() != 1) {
      throw new CodedException(
          CliError.HOST_UNKNOWN,
          "There is "
              + (endpoints.isEmpty() ? "no" : "more than one")
              + " schedule of the instance; name its --endpoint.");
    }
    return endpoints.getFirst();
  }

  private Stream<JsonNode> all(String path, String member) {
    return StreamSupport.stream(prover.get(path).required(member).spliterator(), false);
  }
}
