package org.oml.registry.job;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.blob.Blobs;
import org.oml.registry.blob.Checkpoints;
import org.oml.registry.blob.Digests;
import org.oml.registry.blob.Staging;
import org.oml.registry.blob.StoredFile;
import org.oml.registry.catalogue.Catalogue;
import org.oml.registry.catalogue.ChainView;
import org.oml.registry.catalogue.ManifestJson;
import org.oml.registry.catalogue.PublishedModel;
import org.oml.registry.catalogue.Terms;
import org.oml.registry.download.ModelFiles;
import org.oml.registry.instance.Instance;
import org.oml.registry.instance.InstanceState;
import org.oml.registry.instance.Instances;
import org.oml.registry.instance.Progress;
import org.oml.registry.publication.ManifestSigner;
import org.oml.registry.upload.UploadState;
import org.oml.servicekit.identity.Caller;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where workers lease, report and complete jobs. */
@RestController
@RequestMapping("/v1/jobs")
final class JobEndpoints {

  private static final int LONGEST_NAME = 200;

  record Upload(String offset, boolean complete) {}

  private final Jobs jobs;
  private final Instances instances;
  private final Catalogue catalogue;
  private final ResultCheck results;
  private final JobUploads uploads;
  private final Staging staging;
  private final Blobs blobs;
  private final Checkpoints checkpoints;
  private final Codes codes;
  private final ModelFiles files;
  private final ManifestSigner signer;
  private final ChainView chain;
  private final RegistryProperties.Fingerprints fingerprints;
  private final List<Address> workers;

  JobEndpoints(
      Jobs jobs,
      Instances instances,
      Catalogue catalogue,
      ResultCheck results,
      JobUploads uploads,
      Staging staging,
      Blobs blobs,
      Checkpoints checkpoints,
      Codes codes,
      ModelFiles files,
      ManifestSigner signer,
      ChainView chain,
      RegistryProperties properties) {
    this.jobs = jobs;
    this.instances = instances;
    this.catalogue = catalogue;
    this.results = results;
    this.uploads = uploads;
    this.staging = staging;
    this.codes = codes;
    this.blobs = blobs;
    this.checkpoints = checkpoints;
    this.files = files;
    this.signer = signer;
    this.chain = chain;
    this.fingerprints = properties.fingerprints();
    this.workers = properties.workers();
  }

  @PostMapping("/lease")
  ResponseEntity<JobCalls.Job> lease(Caller caller, @RequestBody JobCalls.LeaseRequest request) {
    requireWorker(caller);
    return jobs.lease(caller.address(), cut(request.worker()), request.leaseToken(), this::describe)
        .map(ResponseEntity::ok)
        .orElseGet(() -> ResponseEntity.noContent().build());
  }

  private JobCalls.Job describe(LeasedJob job) {
    LicenceAcceptance licence = instances.find(job.instanceId()).orElseThrow().licence();
    PublishedModel model = catalogue.get(licence.modelId());
    Terms terms = chain.terms(model.modelId(), licence.termsVersion());
    return new JobCalls.Job(
        job.jobId(),
        job.leaseToken(),
        job.leasedUntil(),
        "instance",
        model.name().toString(),
        model.modelId(),
        job.instanceId(),
        licence.host(),
        licence.termsVersion(),
        licence.licenceHash(),
        licence.baseManifestHash(),
        ManifestJson.write(model.manifest()),
        fingerprints,
        terms.minimumSuccessBps(),
        terms.largestLossIncrease(),
        job.seed(),
        codes.secretOf(model.modelId()).orElse(null));
  }

  @PostMapping("/{jobId}/heartbeat")
  JobCalls.Heartbeat heartbeat(
      Caller caller, @PathVariable UUID jobId, @RequestBody JobCalls.HeartbeatRequest request) {
    requireWorker(caller);
    Progress progress =
        request.progress() == null
            ? new Progress(null, null, null, null, null)
            : request.progress();
    return new JobCalls.Heartbeat(
        jobs.heartbeat(jobId, request.leaseToken(), caller.address(), progress));
  }

  @PutMapping("/{jobId}/files/{*path}")
  JobCalls.Uploaded upload(
      Caller caller,
      @PathVariable UUID jobId,
      @PathVariable String path,
      @RequestHeader("OML-Lease") UUID leaseToken,
      @RequestHeader(name = "Repr-Digest", required = false) @Nullable String digest,
      HttpServletRequest request)
      throws IOException {
    requireWorker(caller);
    Instance instance = jobs.held(jobId, leaseToken, caller.address());
    String relative = path.substring(1);
    long length = request.getContentLengthLong();
    var named = new ManifestFile(relative, Math.max(0, length), Digests.parse(digest));
    try (Staging.Arrival arrival =
        staging.receive(request.getInputStream(), length, named.sha256())) {
      StoredFile file = arrival.file();
      blobs.keep(
          arrival,
          () ->
              jobs.whileHeld(
                  jobId,
                  leaseToken,
                  caller.address(),
                  () -> instances.addFile(instance.instanceId(), relative, file)));
      return new JobCalls.Uploaded(relative, file.sha256(), Long.toString(file.size()));
    }
  }

  @GetMapping("/{jobId}/files/{*path}")
  Upload uploaded(
      Caller caller,
      @PathVariable UUID jobId,
      @PathVariable String path,
      @RequestHeader("OML-Lease") UUID leaseToken,
      @RequestHeader("Upload-Length") long length,
      @RequestHeader(name = "Repr-Digest", required = false) @Nullable String digest) {
    requireWorker(caller);
    var file = new ManifestFile(path.substring(1), length, Digests.parse(digest));
    return answer(uploads.state(new JobUploads.Holder(jobId, leaseToken, caller.address()), file));
  }

  @PatchMapping("/{jobId}/files/{*path}")
  Upload append(
      Caller caller,
      @PathVariable UUID jobId,
      @PathVariable String path,
      @RequestHeader("OML-Lease") UUID leaseToken,
      @RequestHeader("Upload-Offset") long offset,
      @RequestHeader("Upload-Length") long length,
      @RequestHeader(name = "Repr-Digest", required = false) @Nullable String digest,
      HttpServletRequest request)
      throws IOException {
    requireWorker(caller);
    if (offset < 0 || length < offset) {
      throw new CodedException(
          RegistryError.UPLOAD_OFFSET_DIFFERS, "The offset is not within the length.");
    }
    var file = new ManifestFile(path.substring(1), length, Digests.parse(digest));
    var holder = new JobUploads.Holder(jobId, leaseToken, caller.address());
    return answer(uploads.append(holder, file, offset, request.getInputStream()));
  }

  private static Upload answer(UploadState state) {
    return new Upload(Long.toString(state.offset()), state.complete());
  }

  @PutMapping("/{jobId}/checkpoint")
  JobCalls.Uploaded checkpoint(
      Caller caller,
      @PathVariable UUID jobId,
      @RequestHeader("OML-Lease") UUID leaseToken,
      @RequestHeader(name = "Repr-Digest", required = false) @Nullable String digest,
      HttpServletRequest request)
      throws IOException {
    requireWorker(caller);
    jobs.whileHeld(jobId, leaseToken, caller.address(), () -> {});
    long length = request.getContentLengthLong();
    try (Staging.Arrival arrival =
        staging.receive(request.getInputStream(), length, Digests.parse(digest))) {
      // It took a while to come: the job may be another's by now, or done.
      jobs.whileHeld(
          jobId,
          leaseToken,
          caller.address(),
          () -> {
            checkpoints.keep(jobId, arrival);
            jobs.wentOn(jobId);
          });
      StoredFile file = arrival.file();
      return new JobCalls.Uploaded("checkpoint", file.sha256(), Long.toString(file.size()));
    }
  }

  /** For the worker that holds the job now, whoever left the checkpoint. */
  @GetMapping("/{jobId}/checkpoint")
  ResponseEntity<Resource> checkpoint(Caller caller, @PathVariable UUID jobId) {
    requireWorker(caller);
    Path file = checkpoints.of(jobId);
    if (!jobs.isHeldBy(jobId, caller.address()) || !Files.exists(file)) {
      throw new CodedException(
          RegistryError.CHECKPOINT_UNKNOWN, "No checkpoint of a job that this worker holds.");
    }
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .body(new FileSystemResource(file));
  }

  @PostMapping("/{jobId}/complete")
  JobCalls.Completed complete(
      Caller caller, @PathVariable UUID jobId, @RequestBody JobCalls.CompleteRequest request) {
    requireWorker(caller);
    Manifest manifest = ManifestJson.read(request.manifest());
    if (jobs.isDone(jobId, request.leaseToken(), caller.address())) {
      return answerAgain(manifest);
    }
    Instance instance = jobs.held(jobId, request.leaseToken(), caller.address());
    PublishedModel model = catalogue.get(instance.licence().modelId());
    results.require(model, instance, manifest, request.fingerprintRoot(), request.check());
    Manifest signed = signer.sign(manifest);
    files.keep(
        signed,
        () ->
            jobs.whileHeld(
                jobId,
                request.leaseToken(),
                caller.address(),
                () -> {
                  instances.trained(instance.instanceId(), signed);
                  jobs.done(jobId);
                }));
    checkpoints.remove(jobId);
    return new JobCalls.Completed(instance.instanceId(), InstanceState.TRAINED.name());
  }

  /** The answer to the first call may have been lost. */
  private JobCalls.Completed answerAgain(Manifest manifest) {
    Instance instance =
        manifest.instance().flatMap(part -> instances.find(part.instanceId())).orElseThrow();
    Manifest kept = instance.manifest();
    if (kept == null || !manifest.hash().equals(kept.hash())) {
      throw new CodedException(
          RegistryError.RESULT_DIFFERS, "The job was completed with another manifest.");
    }
    return new JobCalls.Completed(instance.instanceId(), instance.state().name());
  }

  @PostMapping("/{jobId}/fail")
  ResponseEntity<Void> fail(
      Caller caller, @PathVariable UUID jobId, @RequestBody JobCalls.FailRequest request) {
    requireWorker(caller);
    String detail = request.detail() == null ? "" : ": " + request.detail();
    jobs.fail(
        jobId,
        request.leaseToken(),
        caller.address(),
        cut(request.code() + detail),
        request.tried());
    return ResponseEntity.noContent().build();
  }

  private void requireWorker(Caller caller) {
    caller.requireOneOf(workers, RegistryError.WORKER_UNKNOWN);
  }

  private static String cut(String text) {
    // PostgreSQL keeps no text with a NUL in it.
    String storable = text.replace('\0', ' ');
    return storable.length() <= LONGEST_NAME ? storable : storable.substring(0, LONGEST_NAME);
  }
}
