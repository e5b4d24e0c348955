package org.oml.registry.oversight;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.catalogue.Catalogue;
import org.oml.registry.catalogue.ChainView;
import org.oml.registry.catalogue.ModelName;
import org.oml.registry.catalogue.PublishedModel;
import org.oml.registry.catalogue.Revisions;
import org.oml.registry.catalogue.Terms;
import org.oml.registry.instance.Instance;
import org.oml.registry.instance.InstanceState;
import org.oml.registry.instance.Instances;
import org.oml.registry.instance.Progress;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** A model's terms through time, and who has an instance of it. */
@RestController
@RequestMapping("/v1/models/{community}/{model}")
final class ModelOversightEndpoints {

  private static final int MOST_VERSIONS = 100;

  private final Catalogue catalogue;
  private final ChainView chain;
  private final Revisions revisions;
  private final Instances instances;
  private final Dashboards dashboards;

  ModelOversightEndpoints(
      Catalogue catalogue,
      ChainView chain,
      Revisions revisions,
      Instances instances,
      Dashboards dashboards) {
    this.catalogue = catalogue;
    this.chain = chain;
    this.revisions = revisions;
    this.instances = instances;
    this.dashboards = dashboards;
  }

  record AliasRequest(String alias, String revision) {

    AliasRequest {
      Objects.requireNonNull(alias);
      Objects.requireNonNull(revision);
    }
  }

  record Aliases(Map<String, String> aliases) {}

  record TermsHistory(List<Terms> terms) {}

  record InstanceOverview(
      Bytes32 instanceId,
      Address host,
      InstanceState state,
      int termsVersion,
      Progress progress,
      @Nullable Bytes32 manifestHash,
      @Nullable Bytes32 transaction,
      Instant updatedAt) {

    static InstanceOverview of(Instance instance) {
      var manifest = instance.manifest();
      return new InstanceOverview(
          instance.instanceId(),
          instance.licence().host(),
          instance.state(),
          instance.licence().termsVersion(),
          instance.progress(),
          manifest == null ? null : manifest.hash(),
          instance.transaction(),
          instance.updatedAt());
    }
  }

  record InstanceOverviews(List<InstanceOverview> instances) {}

  /** The newest first, at most a hundred: each is asked of the chain. */
  @GetMapping("/terms")
  TermsHistory terms(@PathVariable String community, @PathVariable String model) {
    PublishedModel published = catalogue.get(new ModelName(community, model));
    int newest =
        chain
            .model(published.modelId())
            .orElseThrow(
                () ->
                    new CodedException(
                        RegistryError.MODEL_UNKNOWN,
                        "The chain knows " + published.name() + " no more."))
            .termsVersion();
    return new TermsHistory(
        IntStream.rangeClosed(Math.max(1, newest - MOST_VERSIONS + 1), newest)
            .mapToObj(version -> chain.terms(published.modelId(), version))
            .toList()
            .reversed());
  }

  @GetMapping("/instances")
  InstanceOverviews instances(
      Caller caller, @PathVariable String community, @PathVariable String model) {
    dashboards.require(caller);
    PublishedModel published = catalogue.get(new ModelName(community, model));
    return new InstanceOverviews(
        instances.ofModel(published.modelId()).stream().map(InstanceOverview::of).toList());
  }

  /** As the model's owner does with {@code PUT …/aliases/ALIAS}: among what the owner published. */
  @PostMapping("/aliases")
  Aliases point(
      Caller caller,
      @PathVariable String community,
      @PathVariable String model,
      @RequestBody AliasRequest request) {
    dashboards.require(caller);
    ModelName name = new ModelName(community, model);
    catalogue.pointAlias(name, request.alias(), request.revision());
    return new Aliases(revisions.aliases(catalogue.get(name).modelId()));
  }
}
