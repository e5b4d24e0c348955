package org.oml.registry.catalogue;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.blob.Digests;
import org.oml.registry.blob.StoredFile;
import org.oml.registry.download.FileAnswer;
import org.oml.registry.download.ModelFiles;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
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
  private final ModelFiles files;
  private final FileAnswer answers;
  private final List<Address> workers;

  ModelEndpoints(
      Catalogue catalogue,
      ChainView chain,
      ModelFiles files,
      FileAnswer answers,
      RegistryProperties properties) {
    this.catalogue = catalogue;
    this.chain = chain;
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

  record Uploaded(String path, Bytes32 sha256, String size) {}

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

  @PutMapping("/{community}/{model}/files/{*path}")
  Uploaded upload(
      Caller caller,
      @PathVariable String community,
      @PathVariable String model,
      @PathVariable String path,
      @RequestHeader(name = "Repr-Digest", required = false) @Nullable String digest,
      HttpServletRequest request)
      throws IOException {
    String relative = path.substring(1);
    InputStream body = request.getInputStream();
    StoredFile file =
        catalogue.upload(
            caller.address(),
            new ModelName(community, model),
            relative,
            body,
            request.getContentLengthLong(),
            Digests.parse(digest));
    return new Uploaded(relative, file.sha256(), Long.toString(file.size()));
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
    boolean owner =
        chain
            .model(published.modelId())
            .map(onChain -> onChain.owner().equals(caller.address()))
            .orElse(false);
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
