package org.oml.registry.hub;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.catalogue.Catalogue;
import org.oml.registry.catalogue.ModelName;
import org.oml.registry.catalogue.PublishedModel;
import org.oml.registry.catalogue.Revisions;
import org.oml.registry.instance.Downloads;
import org.oml.registry.instance.Instance;
import org.oml.registry.instance.InstanceState;
import org.oml.registry.instance.Instances;
import org.springframework.stereotype.Component;

/**
 * Finds what an account may see: a host its own published instances, an owner its model, and
 * nothing that tells of others.
 */
@Component
final class HubRepositories {

  private final Catalogue catalogue;
  private final Revisions revisions;
  private final Instances instances;
  private final Downloads downloads;

  HubRepositories(
      Catalogue catalogue, Revisions revisions, Instances instances, Downloads downloads) {
    this.catalogue = catalogue;
    this.revisions = revisions;
    this.instances = instances;
    this.downloads = downloads;
  }

  /**
   * @param revision {@code main} for the host's newest instance of the model, another alias of the
   *     model for the newest that was made from what it names, a commit, or an instance's
   *     identifier. For the model's owner, who has no instance of it, the base model's own
   *     revisions.
   * @throws CodedException {@link RegistryError#REPOSITORY_UNKNOWN} for a model that there is not
   *     and one of which the host has no published instance alike; {@link
   *     RegistryError#REVISION_UNKNOWN}; {@link RegistryError#HOST_INACTIVE}, {@link
   *     RegistryError#HOST_SUSPENDED_BY_ADMIN}
   */
  HubRepository find(Address host, String community, String model, String revision) {
    PublishedModel published = model(community, model).orElseThrow(HubRepositories::unknown);
    String name = revision.equals("HEAD") ? Revisions.MAIN : revision;
    List<HubRepository> own = own(host, published);
    if (own.isEmpty()) {
      if (!catalogue.isOwned(published.modelId(), host)) {
        throw unknown();
      }
      return revisions
          .find(published.modelId(), name)
          .map(found -> HubRepository.of(published.name(), found))
          .orElseThrow(HubRepositories::revisionUnknown);
    }
    HubRepository found = named(own, published, name).orElseThrow(HubRepositories::revisionUnknown);
    found.instance().ifPresent(downloads::requireAllowed);
    return found;
  }

  private Optional<HubRepository> named(
      List<HubRepository> own, PublishedModel published, String name) {
    if (name.equals(Revisions.MAIN)) {
      return Optional.of(own.getLast());
    }
    Optional<HubRepository> called = own.stream().filter(one -> one.isCalled(name)).findFirst();
    if (called.isPresent()) {
      return called;
    }
    return revisions
        .find(published.modelId(), name)
        .flatMap(
            base ->
                own.reversed().stream()
                    .filter(one -> one.isMadeFrom(base.manifest().hash()))
                    .findFirst());
  }

  private Optional<PublishedModel> model(String community, String model) {
    try {
      return Optional.of(catalogue.get(new ModelName(community, model)));
    } catch (CodedException e) {
      if (e.code() == RegistryError.MODEL_UNKNOWN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private List<HubRepository> own(Address host, PublishedModel published) {
    return instances.of(host).stream()
        .filter(instance -> instance.licence().modelId().equals(published.modelId()))
        .filter(instance -> instance.state() == InstanceState.PUBLISHED)
        .sorted(Comparator.comparingLong(Instance::publishedBlock))
        .map(instance -> HubRepository.of(published.name(), instance))
        .toList();
  }

  private static CodedException unknown() {
    return new CodedException(
        RegistryError.REPOSITORY_UNKNOWN, "The account has no published instance of that name.");
  }

  private static CodedException revisionUnknown() {
    return new CodedException(
        RegistryError.REVISION_UNKNOWN,
        "The account's instances of the model have no such revision.");
  }
}
