package org.oml.registry.catalogue;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.blob.StoredFile;
import org.oml.registry.download.FileAnswer;
import org.oml.registry.download.ModelFiles;
import org.oml.registry.upload.UploadState;
import org.oml.registry.upload.Uploads;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Publishing and reading base models. */
@RestController
@RequestMapping("/v1/models")
final class ModelEndpoints {

  private final Catalogue catalogue;
  private final ChainView chain;
  private final Revisions revisions;
  private final Uploads uploads;
  private final ModelFiles files;
  private final FileAnswer answers;
  private final List<Address> workers;

  ModelEndpoints(
      Catalogue catalogue,
      ChainView chain,
      Revisions revisions,
      Uploads uploads,
      ModelFiles files,
      FileAnswer answers,
      RegistryProperties properties) {
    this.catalogue = catalogue;
    this.chain = chain;
    this.revisions = revisions;
    this.uploads = uploads;
    this.files = files;
    this.answers = answers;
    this.workers = properties.workers();
  }

  record PublishRequest(Bytes32 modelId, String licence, JsonNode manifest) {}

  record ModelAnswer(
      String name,
      Bytes32 modelId,
      Address owner,
      String licence,
      Bytes32 licenceHash,
      int termsVersion,
      Bytes32 baseManifestHash,
      Terms terms,
      JsonNode manifest) {}

  record Models(List<ModelAnswer> models) {}

  record Upload(String offset, boolean complete) {}

  record AliasRequest(String revision) {}

  /**
   * @param licensed whether it is the one on chain, from which instances are made
   */
  record RevisionAnswer(
      String revision, Bytes32 manifestHash, boolean licensed, Instant publishedAt) {}

  record RevisionList(List<RevisionAnswer> revisions, Map<String, String> aliases) {}

  @GetMapping
  Models all() {
    return new Models(catalogue.all().stream().map(this::answer).toList());
  }

  @GetMapping("/{community}/{model}")
  ModelAnswer one(@PathVariable String community, @PathVariable String model) {
    return answer(catalogue.get(new ModelName(community, model)));
  }

  @PostMapping("/{community}/{model}")
  ModelAnswer publish(
      Caller caller,
      @PathVariable String community,
      @PathVariable String model,
      @RequestBody PublishRequest request) {
    return answer(
        catalogue.publish(
            caller.address(),
            new ModelName(community, model),
            request.modelId(),
            request.licence(),
            ManifestJson.read(request.manifest())));
  }

  @GetMapping("/{community}/{model}/blobs/{sha256:0x[0-9a-f]{64}}")
  Upload uploaded(
      Caller caller,
      @PathVariable String community,
      @PathVariable String model,
      @PathVariable String sha256) {
    Bytes32 modelId = catalogue.requireOwned(caller.address(), new ModelName(community, model));
    return answer(uploads.state(modelId, Bytes32.parse(sha256)));
  }

  @PatchMapping("/{community}/{model}/blobs/{sha256:0x[0-9a-f]{64}}")
  Upload upload(
      Caller caller,
      @PathVariable String community,
      @PathVariable String model,
      @PathVariable String sha256,
      @RequestHeader("Upload-Offset") long offset,
      @RequestHeader("Upload-Length") long length,
      HttpServletRequest request)
      throws IOException {
    if (offset < 0 || length < offset) {
      throw new CodedException(
          RegistryError.UPLOAD_OFFSET_DIFFERS, "The offset is not within the length.");
    }
    Bytes32 modelId = catalogue.requireOwned(caller.address(), new ModelName(community, model));
    StoredFile file = new StoredFile(Bytes32.parse(sha256), length);
    return answer(
        uploads.append(caller.address(), modelId, file, offset, request.getInputStream()));
  }

  private static Upload answer(UploadState state) {
    return new Upload(Long.toString(state.offset()), state.complete());
  }

  @GetMapping("/{community}/{model}/revisions")
  RevisionList revisions(@PathVariable String community, @PathVariable String model) {
    PublishedModel published = catalogue.get(new ModelName(community, model));
    Bytes32 licensed = published.manifest().hash();
    return new RevisionList(
        revisions.of(published.modelId()).stream()
            .map(
                one ->
                    new RevisionAnswer(
                        one.commit(),
                        one.manifest().hash(),
                        one.manifest().hash().equals(licensed),
                        one.publishedAt()))
            .toList(),
        revisions.aliases(published.modelId()));
  }

  @PutMapping("/{community}/{model}/aliases/{alias}")
  RevisionList pointAlias(
      Caller caller,
      @PathVariable String community,
      @PathVariable String model,
      @PathVariable String alias,
      @RequestBody AliasRequest request) {
    catalogue.pointAlias(
        caller.address(), new ModelName(community, model), alias, request.revision());
    return revisions(community, model);
  }

  @GetMapping("/{community}/{model}/files/{*path}")
  void file(
      Caller caller,
      @PathVariable String community,
      @PathVariable String model,
      @PathVariable String path,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    PublishedModel published = catalogue.get(new ModelName(community, model));
    boolean owner = catalogue.isOwned(published.modelId(), caller.address());
    if (!owner && !workers.contains(caller.address())) {
      throw new CodedException(
          RegistryError.MODEL_NOT_YOURS, "Base files are for the model's owner and for workers.");
    }
    answers.send(files.find(published.manifest(), path.substring(1)), request, response);
  }

  private ModelAnswer answer(PublishedModel model) {
    ChainModel onChain =
        chain
            .model(model.modelId())
            .orElseThrow(
                () ->
                    new CodedException(
                        RegistryError.MODEL_UNKNOWN,
                        "The chain knows " + model.name() + " no more."));
    return new ModelAnswer(
        model.name().toString(),
        model.modelId(),
        onChain.owner(),
        model.licence(),
        onChain.licenceHash(),
        onChain.termsVersion(),
        onChain.baseManifestHash(),
        chain.terms(model.modelId(), onChain.termsVersion()),
        ManifestJson.write(model.manifest()));
  }
}
