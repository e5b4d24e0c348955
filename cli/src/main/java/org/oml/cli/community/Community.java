package org.oml.cli.community;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.oml.chain.Contract;
import org.oml.cli.chain.ChainAccount;
import org.oml.cli.terminal.Amounts;
import org.oml.cli.terminal.Progress;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.contracts.binding.PermitLedger;
import org.oml.protocol.Address;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.protocol.client.FileUpload;
import org.oml.protocol.client.ServiceClient;

/** What a community does with its model. Every step may be done again and is then found done. */
public final class Community {

  private static final int COMMIT_DIGITS = 40;

  private final ChainAccount account;

  public Community(ChainAccount account) {
    this.account = account;
  }

  /**
   * Terms for a platform on one machine: windows of seconds, so that a case ends while one watches.
   */
  public static ModelRegistry.Terms developmentTerms() {
    return new ModelRegistry.Terms(
        BigInteger.TEN.pow(16),
        Amounts.tokens(1000),
        Amounts.tokens(400),
        Amounts.tokens(40),
        seconds(Duration.ofSeconds(6)),
        seconds(Duration.ofHours(2)),
        seconds(Duration.ofHours(1)),
        BigInteger.valueOf(1000),
        BigInteger.valueOf(9900),
        BigInteger.valueOf(100_000),
        BigInteger.valueOf(500),
        true,
        BigInteger.valueOf(1000),
        AuditContexts.root().toBytes());
  }

  /** The manifest of a base model's directory. */
  public static Manifest manifest(String name, Path directory) throws IOException {
    return new Manifest(name, Licence.hash(), 1, Optional.empty(), ManifestFile.list(directory));
  }

  /**
   * Registers the model with its first terms, unless it is registered, lets an account publish its
   * instances, and its revenue flow to the shareholders' vault.
   */
  public Bytes32 register(Manifest manifest, ModelRegistry.Terms terms, Address publisher) {
    ModelRegistry models = account.models();
    Bytes32 modelId =
        Bytes32.of(account.call(models.modelIdOf(account.address().toString(), manifest.model())));
    if (!isRegistered(models, modelId)) {
      account.send(
          models.registerModel(
              manifest.model(),
              manifest.hash().toBytes(),
              manifest.licenceHash().toBytes(),
              terms));
    }
    if (!Address.parse(account.call(models.model(modelId.toBytes())).publisher).equals(publisher)) {
      account.send(models.setPublisher(modelId.toBytes(), publisher.toString()));
    }
    Address vault = account.addresses().of(Contract.REVENUE_VAULT);
    if (!Address.parse(account.call(models.treasuryOf(modelId.toBytes()))).equals(vault)) {
      account.send(models.setTreasury(modelId.toBytes(), vault.toString()));
    }
    return modelId;
  }

  /** Lets an account post epochs, unless it does, and puts up its bond. */
  public void appointOperator(Address operator) {
    PermitLedger ledger = account.ledger();
    if (!Address.parse(account.call(ledger.currentOperator()).component2()).equals(operator)) {
      account.send(ledger.setOperator(operator.toString()));
    }
    BigInteger number = account.call(ledger.currentOperator()).component1();
    BigInteger missing =
        account
            .call(ledger.parameters())
            .operatorBond
            .subtract(account.call(ledger.operatorOf(number)).bond);
    if (missing.signum() > 0) {
      account.approve(Contract.PERMIT_LEDGER, missing);
      account.send(ledger.depositBond(number, missing));
    }
  }

  /** Lets a key sign permits from now on, unless it does. */
  public void authorizePermitSigner(Address signer) {
    BigInteger now = BigInteger.valueOf(Instant.now().getEpochSecond());
    if (!account.call(account.ledger().isSignerAt(signer.toString(), now))) {
      BigInteger notice = account.call(account.ledger().signerNotice());
      account.send(
          account.ledger().addSigner(signer.toString(), now.add(notice).add(BigInteger.TWO)));
    }
  }

  /**
   * Puts the model's files into the registry, as far as they are not there, and makes the manifest
   * a revision of the model.
   *
   * @return what the revision is called
   */
  public String publish(
      ServiceClient registry, Bytes32 modelId, Manifest manifest, Path directory, Progress progress)
      throws IOException, InterruptedException {
    String model = "/v1/models/" + manifest.model();
    long total = manifest.files().stream().mapToLong(ManifestFile::size).sum();
    AtomicLong done = new AtomicLong();
    FileUpload upload =
        new FileUpload(
            registry,
            model + "/blobs/",
            (path, bytes) -> progress.at(done.addAndGet(bytes), total, path));
    for (ManifestFile file : manifest.files()) {
      upload.send(file, directory);
    }
    registry.post(
        model,
        Map.of(
            "modelId", modelId.toString(),
            "licence", Licence.text(),
            "manifest", manifest.json()));
    return manifest.hash().toString().substring(2, 2 + COMMIT_DIGITS);
  }

  /** Has an alias of the model name a revision. */
  public void point(ServiceClient registry, String model, String alias, String revision) {
    registry.put("/v1/models/" + model + "/aliases/" + alias, Map.of("revision", revision));
  }

  /** Whether instances are made from just this manifest. */
  public boolean isLicensed(Bytes32 modelId, Manifest manifest) {
    return Bytes32.of(account.call(account.models().model(modelId.toBytes())).baseManifestHash)
        .equals(manifest.hash());
  }

  private boolean isRegistered(ModelRegistry models, Bytes32 modelId) {
    try {
      return !Address.parse(account.call(models.model(modelId.toBytes())).owner)
          .equals(Address.ZERO);
    } catch (CodedException unknown) {
      return false;
    }
  }

  private static BigInteger seconds(Duration duration) {
    return BigInteger.valueOf(duration.toSeconds());
  }
}
