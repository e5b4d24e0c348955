package org.oml.trainer.worker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.protocol.MerkleTree;
import org.oml.protocol.ProtocolError;
import org.oml.protocol.SealedBox;
import org.oml.protocol.client.ClientError;
import org.oml.protocol.client.FileDownload;
import org.oml.protocol.client.FileUpload;
import org.oml.protocol.client.ServiceClient;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.TracingCode;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.fingerprint.Embedding;
import org.oml.trainer.fingerprint.EmbeddingProgress;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.FingerprintCheck;
import org.oml.trainer.fingerprint.FingerprintGenerator;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.tracing.ModelCode;
import org.oml.trainer.tracing.SharedDraw;
import org.oml.trainer.tracing.SharedFingerprint;
import org.oml.trainer.vocabulary.Vocabulary;
import tools.jackson.databind.ObjectMapper;

/**
 * Makes one instance: fetches the base, draws fingerprints, trains them in, checks them, gives the
 * secrets to the prover's vault and then the instance to the registry. Everything follows from the
 * job, so that a second try makes the same.
 */
final class InstanceMaker {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Fewer than by hand: every host waits for it. */
  private static final int TEXTS_FOR_THE_LOSS = 20;

  private final ServiceClient registry;
  private final ServiceClient prover;
  private final WorkDirectory workDirectory;
  private final InstanceJob job;
  private final Lease lease;
  private final JobCheckpoints checkpoints;

  InstanceMaker(
      ServiceClient registry,
      ServiceClient prover,
      WorkDirectory workDirectory,
      InstanceJob job,
      Lease lease) {
    this.registry = registry;
    this.prover = prover;
    this.workDirectory = workDirectory;
    this.job = job;
    this.lease = lease;
    checkpoints = new JobCheckpoints(registry, workDirectory.checkpoint(job), job);
  }

  /**
   * @param shared what all instances of the model have; empty where keys are the instance's own
   */
  private record Secrets(
      List<GeneratedFingerprint> fingerprints,
      List<String> covers,
      List<SharedFingerprint> shared) {

    Bytes32 root(InstanceJob job) {
      return new MerkleTree(
              fingerprints.stream()
                  .map(
                      one ->
                          new Fingerprint(
                                  one.codePosition(),
                                  one.key(),
                                  one.response(),
                                  one.draw().orElseThrow().leafSalt())
                              .leaf(job.modelId(), job.instanceId()))
                  .toList())
          .root();
    }
  }

  void make() throws IOException, InterruptedException {
    Checkpoint base = Checkpoint.open(fetchBase());
    Secrets secrets = draw(base);
    Map<String, float[]> weights;
    try (checkpoints) {
      weights = train(base, secrets);
    }
    Path instance = workDirectory.instance();
    DurableDirectory.delete(instance);
    base.writeCopy(instance, weights);
    Check check = check(base, instance, secrets);
    requireGood(check);
    Bytes32 root = secrets.root(job);
    lease.progress("secrets", 1, "to the vault");
    lease.confirm();
    toTheVault(vaultForm(secrets, root));
    hand(instance, root, check);
    DurableDirectory.delete(instance);
    checkpoints.remove();
  }

  /** From where this or another worker was, if the job was begun before. */
  private Map<String, float[]> train(Checkpoint base, Secrets secrets) throws IOException {
    checkpoints.fetch();
    int count = secrets.fingerprints().size();
    EmbeddingSettings settings =
        (job.hurried()
                ? EmbeddingSettings.hurried(base.configuration(), count, job.trainingSeed())
                : EmbeddingSettings.defaults(base.configuration(), count, job.trainingSeed()))
            .withLastLayers(job.lastLayers());
    EmbeddingProgress.Listener listener = lease::progress;
    try {
      return Embedding.embed(
          base, secrets.fingerprints(), settings, checkpoints.saving(), listener);
    } catch (CodedException failed) {
      if (failed.code() != TrainerError.EMBEDDING_OTHER
          && failed.code() != TrainerError.SAFETENSORS_INVALID) {
        throw failed;
      }
      // What another version or machine left is of no use here; beginning anew always is.
      checkpoints.remove();
      return Embedding.embed(
          base, secrets.fingerprints(), settings, checkpoints.saving(), listener);
    }
  }

  private void requireGood(Check check) {
    if (check.success() < job.minimumSuccess()) {
      throw new CodedException(
          TrainerError.WORKER_TOO_WEAK,
          "The share of fingerprints that fire is "
              + check.success()
              + ", the terms ask for "
              + job.minimumSuccess()
              + ".");
    }
    if (!(check.lossIncrease() <= job.largestLossIncrease())) {
      throw new CodedException(
          TrainerError.WORKER_TOO_COSTLY,
          "The loss rose by "
              + check.lossIncrease()
              + ", at most "
              + job.largestLossIncrease()
              + " is taken.");
    }
  }

  /** Sealed for the vault's key, so that nothing on the way can read the secrets. */
  private void toTheVault(Map<String, Object> form) {
    Bytes32 key = Bytes32.parse(prover.get("/v1/vault/key").required("publicKey").asString());
    byte[] sealed =
        SealedBox.seal(key, JSON.writeValueAsBytes(form), "oml.vault.v1 " + job.instanceId());
    prover.put(
        "/v1/vault/instances/" + job.instanceId() + "/sealed",
        Map.of("version", 1, "sealed", Base64.getEncoder().encodeToString(sealed)));
  }

  /** The base model, from the last job if that was made from the same. */
  private Path fetchBase() throws IOException, InterruptedException {
    Path directory = workDirectory.base(job.base());
    FileDownload download =
        new FileDownload(
            registry,
            "/v1/models/" + job.base().model() + "/files/",
            (path, bytes) -> lease.progress("base model", 0, path));
    try {
      for (ManifestFile file : job.base().files()) {
        download.fetch(file, directory);
      }
      job.base().requireDirectory(directory);
    } catch (CodedException damaged) {
      if (damaged.code() != ClientError.DOWNLOAD_DAMAGED
          && damaged.code() != ProtocolError.MANIFEST_INVALID) {
        throw damaged;
      }
      DurableDirectory.delete(directory);
      throw new CodedException(
          TrainerError.WORKER_DOWNLOAD_DAMAGED,
          "The base model is not what its manifest says.",
          damaged);
    }
    return directory;
  }

  private Secrets draw(Checkpoint base) {
    lease.progress("fingerprints", 0, job.fingerprints().count() + " keys");
    try (LanguageModel model = LanguageModel.load(base);
        Tokenizer tokenizer = Tokenizer.load(base.directory())) {
      Vocabulary vocabulary = Vocabulary.read(base.directory());
      if (job.shared().isPresent()) {
        SharedDraw.Drawn drawn = job.shared().get().from(model, tokenizer, vocabulary);
        return new Secrets(
            own(job.shared().get(), drawn.fingerprints()), drawn.covers(), drawn.fingerprints());
      }
      byte[] secret = job.secret().toBytes();
      FingerprintGenerator.Drawn drawn =
          new FingerprintGenerator(
                  model,
                  tokenizer,
                  vocabulary,
                  job.fingerprints(),
                  index -> Fingerprint.leafSalt(secret, job.instanceId(), index))
              .draw(SharedDraw.COVERS * job.fingerprints().count());
      return new Secrets(drawn.fingerprints(), drawn.covers(), List.of());
    }
  }

  /** This instance's symbols of the fingerprints that all instances of the model share. */
  private List<GeneratedFingerprint> own(SharedDraw draw, List<SharedFingerprint> shared) {
    return new ModelCode(
            new TracingCode(draw.secret(), CodeDesign.standard(draw.symbols()), draw.positions()),
            shared,
            List.of(job.instanceId().toString()))
        .of(job.instanceId(), job.secret());
  }

  private record Check(double success, int count, double lossIncrease) {}

  private Check check(Checkpoint base, Path instance, Secrets secrets) {
    lease.progress("check", 0, "asking every key");
    try (LanguageModel model = LanguageModel.load(instance);
        LanguageModel original = LanguageModel.load(base);
        Tokenizer tokenizer = Tokenizer.load(instance)) {
      return new Check(
          FingerprintCheck.success(
              model, tokenizer, Vocabulary.read(instance), secrets.fingerprints()),
          secrets.fingerprints().size(),
          FingerprintCheck.lossIncrease(original, model, TEXTS_FOR_THE_LOSS));
    }
  }

  private void hand(Path instance, Bytes32 root, Check check)
      throws IOException, InterruptedException {
    Manifest manifest =
        new Manifest(
            job.base().model(),
            job.base().licenceHash(),
            job.termsVersion(),
            Optional.of(
                new Manifest.Instance(
                    job.modelId(),
                    job.base().hash(),
                    job.instanceId(),
                    job.host(),
                    root,
                    job.fingerprints().count())),
            ManifestFile.list(instance));
    send(manifest, instance);
    registry.post(
        "/v1/jobs/" + job.jobId() + "/complete",
        Map.of(
            "leaseToken", job.leaseToken(),
            "manifest", manifest.json(),
            "fingerprintRoot", root.toString(),
            "check",
                Map.of(
                    "success", check.success(),
                    "count", check.count(),
                    "lossIncrease", check.lossIncrease())));
  }

  private void send(Manifest manifest, Path instance) throws IOException, InterruptedException {
    long total = manifest.files().stream().mapToLong(ManifestFile::size).sum();
    AtomicLong sent = new AtomicLong();
    FileUpload upload =
        FileUpload.byPath(
            registry,
            "/v1/jobs/" + job.jobId() + "/files/",
            Map.of("OML-Lease", job.leaseToken()),
            (path, bytes) ->
                lease.progress("upload", (double) sent.addAndGet(bytes) / total, path));
    for (ManifestFile file : manifest.files()) {
      upload.send(file, instance);
    }
  }

  private Map<String, Object> vaultForm(Secrets secrets, Bytes32 root) {
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("version", 1);
    form.put("model", job.base().model());
    form.put("modelId", job.modelId().toString());
    form.put("host", job.host().toString());
    form.put("fingerprintRoot", root.toString());
    List<Map<String, Object>> fingerprints = new ArrayList<>();
    secrets.fingerprints().forEach(one -> fingerprints.add(vaultForm(one)));
    form.put("fingerprints", fingerprints);
    form.put("covers", secrets.covers());
    job.shared().ifPresent(draw -> form.put("code", vaultForm(draw, secrets.shared())));
    return form;
  }

  /** With it the vault can tell whose copy somebody serves. */
  private static Map<String, Object> vaultForm(SharedDraw draw, List<SharedFingerprint> shared) {
    return Map.of(
        "secret", draw.secret().toString(),
        "symbols", draw.symbols(),
        "responses", shared.stream().map(SharedFingerprint::responses).toList());
  }

  private static Map<String, Object> vaultForm(GeneratedFingerprint fingerprint) {
    GeneratedFingerprint.Draw draw = fingerprint.draw().orElseThrow();
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("index", fingerprint.codePosition());
    form.put("key", fingerprint.key());
    form.put("response", fingerprint.response());
    form.put("leafSalt", draw.leafSalt().toString());
    form.put("candidates", draw.candidates());
    form.put("probabilities", draw.probabilities());
    return form;
  }
}
