package org.oml.cli.host;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.oml.chain.Contract;
import org.oml.cli.CliError;
import org.oml.cli.chain.ChainAccount;
import org.oml.cli.terminal.Progress;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.Keccak;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.client.ServiceClient;
import tools.jackson.databind.JsonNode;

/**
 * What a host does between reading a licence and holding its instance. Every step may be done
 * again.
 */
public final class Host {

  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final long POLL_MILLISECONDS = 500;
  private static final long PER_MILLE = 1000;

  private final ChainAccount wallet;
  private final ServiceClient registry;
  private final SigningDomain domain;

  /**
   * @param wallet stakes and signs
   * @param registry asked as the wallet
   */
  public Host(ChainAccount wallet, ServiceClient registry) {
    this.wallet = wallet;
    this.registry = registry;
    this.domain = wallet.addresses().signingDomain();
  }

  public Address address() {
    return wallet.address();
  }

  /** Stakes what the model's present terms ask for. */
  public void stakeMinimum(Bytes32 modelId) {
    BigInteger version = wallet.call(wallet.models().model(modelId.toBytes())).termsVersion;
    stake(modelId, wallet.call(wallet.models().termsOf(modelId.toBytes(), version)).minimumStake);
  }

  /** Stakes so that the host has at least this much for the model. */
  public void stake(Bytes32 modelId, BigInteger amount) {
    BigInteger missing = amount.subtract(stakeOf(modelId));
    if (missing.signum() > 0) {
      wallet.approve(Contract.HOST_STAKING, missing);
      wallet.send(wallet.staking().deposit(modelId.toBytes(), missing));
    }
  }

  /** The host's stake for the model that is not on its way out. */
  public BigInteger stakeOf(Bytes32 modelId) {
    return wallet.call(wallet.staking().stakeOf(modelId.toBytes(), wallet.address().toString()))
        .active;
  }

  /** Pays permits in advance. */
  public void prepay(Bytes32 modelId, BigInteger amount) {
    wallet.approve(Contract.PERMIT_LEDGER, amount);
    wallet.send(wallet.ledger().deposit(modelId.toBytes(), amount));
  }

  /**
   * Signs the licence and asks for an instance.
   *
   * @param gatewayKey the key with which the host's gateway will sign
   * @param deadline until when the signature may be used; the same deadline and gateway key give
   *     the same instance
   */
  public Bytes32 accept(String model, Address gatewayKey, Instant deadline) {
    JsonNode offer = registry.get("/v1/models/" + model);
    LicenceAcceptance acceptance =
        new LicenceAcceptance(
            Bytes32.parse(offer.required("modelId").asString()),
            Keccak.of(offer.required("licence").asString()),
            offer.required("termsVersion").asInt(),
            Bytes32.parse(offer.required("baseManifestHash").asString()),
            address(),
            gatewayKey,
            BigInteger.ZERO,
            deadline.getEpochSecond());
    JsonNode answer =
        registry.post(
            "/v1/instances",
            Map.of(
                "model", model,
                "acceptance", json(acceptance),
                "signature", wallet.key().sign(acceptance.digest(domain)).toString()));
    return Bytes32.parse(answer.required("instanceId").asString());
  }

  /**
   * Waits until the instance is trained, countersigns it, and waits until it is on chain.
   *
   * @param progress told how far it is
   * @throws CodedException {@link CliError#INSTANCE_FAILED}, {@link CliError#TIMED_OUT}
   */
  public void awaitPublished(Bytes32 instanceId, Progress progress) throws InterruptedException {
    Instant patience = Instant.now().plus(PATIENCE);
    boolean countersigned = false;
    while (Instant.now().isBefore(patience)) {
      JsonNode instance = registry.get("/v1/instances/" + instanceId);
      String state = instance.required("state").asString();
      switch (state) {
        case "PUBLISHED" -> {
          return;
        }
        case "FAILED" ->
            throw new CodedException(
                CliError.INSTANCE_FAILED,
                "The instance could not be made: "
                    + instance.path("progress").path("detail").asString(""));
        case "TRAINED" -> {
          if (!countersigned) {
            countersign(instanceId, instance);
            countersigned = true;
          }
        }
        default -> show(state, instance.path("progress"), progress);
      }
      Thread.sleep(POLL_MILLISECONDS);
    }
    throw new CodedException(
        CliError.TIMED_OUT,
        "The instance was not published within " + PATIENCE.toMinutes() + " minutes.");
  }

  /**
   * Downloads the instance's files; the directory appears when manifest and root are those on
   * chain, and the manifest is signed by whom the chain lets publish the model.
   */
  public void download(Bytes32 instanceId, Path directory, Progress progress)
      throws IOException, InterruptedException {
    var onChain = wallet.call(wallet.models().instance(instanceId.toBytes()));
    InstanceDownload download = new InstanceDownload(registry, instanceId);
    Manifest manifest =
        download.manifest(Bytes32.of(onChain.manifestHash), Bytes32.of(onChain.fingerprintRoot));
    Address publisher =
        Address.parse(wallet.call(wallet.models().model(onChain.modelId)).publisher);
    InstanceDownload.requireSigned(manifest, domain, publisher);
    long total = manifest.files().stream().mapToLong(ManifestFile::size).sum();
    AtomicLong done = new AtomicLong();
    download.to(
        directory, manifest, (path, bytes) -> progress.at(done.addAndGet(bytes), total, path));
  }

  private void countersign(Bytes32 instanceId, JsonNode instance) {
    Bytes32 root = Bytes32.parse(instance.required("fingerprintRoot").asString());
    Bytes32 manifestHash = Bytes32.parse(instance.required("manifestHash").asString());
    InstanceAcceptance acceptance =
        new InstanceAcceptance(
            instanceId,
            manifestHash,
            root,
            Instant.now().plus(Duration.ofHours(1)).getEpochSecond());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("instanceId", instanceId.toString());
    fields.put("manifestHash", manifestHash.toString());
    fields.put("fingerprintRoot", root.toString());
    fields.put("deadline", acceptance.deadline());
    registry.post(
        "/v1/instances/" + instanceId + "/acceptance",
        Map.of(
            "acceptance",
            fields,
            "signature",
            wallet.key().sign(acceptance.digest(domain)).toString()));
  }

  private static Map<String, Object> json(LicenceAcceptance acceptance) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("modelId", acceptance.modelId().toString());
    fields.put("licenceHash", acceptance.licenceHash().toString());
    fields.put("termsVersion", acceptance.termsVersion());
    fields.put("baseManifestHash", acceptance.baseManifestHash().toString());
    fields.put("host", acceptance.host().toString());
    fields.put("gatewayKey", acceptance.gatewayKey().toString());
    fields.put("nonce", acceptance.nonce().toString());
    fields.put("deadline", acceptance.deadline());
    return fields;
  }

  private static void show(String state, JsonNode reported, Progress progress) {
    progress.at(
        Math.round(PER_MILLE * reported.path("share").asDouble(0)),
        PER_MILLE,
        (state.toLowerCase(Locale.ROOT) + " " + reported.path("detail").asString("")).strip());
  }

  /** The manifest that lies in a downloaded directory. */
  public static Manifest manifestIn(Path directory) throws IOException {
    return Manifest.parse(java.nio.file.Files.readAllBytes(directory.resolve(Manifest.FILE_NAME)));
  }
}
