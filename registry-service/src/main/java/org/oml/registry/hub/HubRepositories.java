package org.oml.registry.hub;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.catalogue.Catalogue;
import org.oml.registry.catalogue.ModelName;
import org.oml.registry.instance.Downloads;
import org.oml.registry.instance.Instance;
import org.oml.registry.instance.InstanceState;
import org.oml.registry.instance.Instances;
import org.springframework.stereotype.Component;

/** Finds what a host may see: its own published instances, and nothing that tells of others. */
@Component
final class HubRepositories {

  private final Catalogue catalogue;
  private final Instances instances;
  private final Downloads downloads;

  HubRepositories(Catalogue catalogue, Instances instances, Downloads downloads) {
    this.catalogue = catalogue;
    this.instances = instances;
    this.downloads = downloads;
  }

  /**
   * @param revision {@code main} for the host's newest instance of the model, a commit, or an
   *     instance's identifier
   * @throws CodedException {@link RegistryError#REPOSITORY_UNKNOWN} for a model that there is not
   *     and one of which the host has no published instance alike; {@link
   *     RegistryError#REVISION_UNKNOWN}; {@link RegistryError#HOST_INACTIVE}
   */
  HubRepository find(Address host, String community, String model, String revision) {
    List<HubRepository> own = own(host, community, model);
    if (own.isEmpty()) {
      throw new CodedException(
          RegistryError.REPOSITORY_UNKNOWN, "The account has no published instance of that name.");
    }
    HubRepository found =
        revision.equals("main") || revision.equals("HEAD")
            ? own.getLast()
            : own.stream()
                .filter(repository -> repository.isCalled(revision))
                .findFirst()
                .orElseThrow(
                    () ->
                        new CodedException(
                            RegistryError.REVISION_UNKNOWN,
                            "The account's instances of the model have no such revision."));
    downloads.requireAllowed(found.instance());
    return found;
  }

  private List<HubRepository> own(Address host, String community, String model) {
    Bytes32 modelId;
    ModelName name;
    try {
      name = new ModelName(community, model);
      modelId = catalogue.get(name).modelId();
    } catch (CodedException e) {
      if (e.code() == RegistryError.MODEL_UNKNOWN) {
        return List.of();
      }
      throw e;
    }
    return instances.of(host).stream()
        .filter(instance -> instance.licence().modelId().equals(modelId))
        .filter(instance -> instance.state() == InstanceState.PUBLISHED)
        .sorted(Comparator.comparingLong(Instance::publishedBlock))
        .map(
            instance ->
                HubRepository.of(name, instance, Objects.requireNonNull(instance.manifest())))
        .toList();
  }
}
