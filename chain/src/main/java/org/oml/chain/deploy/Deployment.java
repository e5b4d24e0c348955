package org.oml.chain.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.oml.chain.Block;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.send.TransactionSigner;
import org.oml.contracts.RuntimeCode;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Deploys all contracts that work and writes the addresses file. Run again after a failure it goes
 * on where it stopped: beside the addresses file lies, until the end, {@code NAME.deploying} with
 * the first nonce, from which every transaction follows. Run again after success it changes
 * nothing.
 */
public final class Deployment {

  private static final Set<BigInteger> DEVELOPMENT_CHAINS =
      Set.of(BigInteger.valueOf(31_337), BigInteger.valueOf(1337));
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final BigInteger PRIORITY_FLOOR = BigInteger.valueOf(1_000_000_000);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ChainClient client;
  private final SigningKey key;
  private final Path addressesFile;
  private final Path journal;
  private final Consumer<String> progress;

  /**
   * @param key of the deployer, whose account nothing else uses meanwhile
   * @param addressesFile what is written at the end
   * @param progress is told each step, for people
   */
  public Deployment(
      ChainClient client, SigningKey key, Path addressesFile, Consumer<String> progress) {
    this.client = client;
    this.key = key;
    this.addressesFile = addressesFile;
    this.journal = addressesFile.resolveSibling(addressesFile.getFileName() + ".deploying");
    this.progress = progress;
  }

  /**
   * @return where the contracts are
   * @throws CodedException {@link ChainError#DEPLOYMENT_UNSAFE} for development parameters on
   *     another chain; {@link ChainError#DEPLOYMENT_INTERRUPTED} if an unfinished deployment cannot
   *     go on; {@link ChainError#WRONG_NETWORK} if the addresses file is of another chain; {@link
   *     ChainError#TIMEOUT} if a transaction is not mined
   */
  public ContractAddresses run(DeploymentParameters parameters) {
    requireSafe(parameters);
    if (Files.exists(addressesFile)) {
      return existing(parameters);
    }
    try {
      Start start = begin(parameters);
      List<DeploymentPlan.Step> steps = start.plan().steps();
      steps.forEach(step -> send(step, start.plan()));
      for (DeploymentPlan.Step step : steps) {
        awaitUse(step);
        requireDone(step, start.plan());
      }
      requireHandedOver(start.plan());
      ContractAddresses deployed =
          new ContractAddresses(client.chainId(), start.block(), start.plan().addresses());
      deployed.write(addressesFile);
      Files.deleteIfExists(journal);
      return deployed;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write beside " + addressesFile + ".", e);
    }
  }

  /** Where a deployment began. */
  private record Start(DeploymentPlan plan, long block) {}

  private void requireSafe(DeploymentParameters parameters) {
    if (parameters.forDevelopment() && !DEVELOPMENT_CHAINS.contains(client.chainId())) {
      throw new CodedException(
          ChainError.DEPLOYMENT_UNSAFE,
          "Chain %s is no development chain.".formatted(client.chainId()));
    }
  }

  private ContractAddresses existing(DeploymentParameters parameters) {
    ContractAddresses addresses = ContractAddresses.read(addressesFile);
    if (!addresses.chainId().equals(client.chainId())) {
      throw new CodedException(
          ChainError.WRONG_NETWORK,
          "%s is of chain %s, the node of %s."
              .formatted(addressesFile, addresses.chainId(), client.chainId()));
    }
    for (Contract contract : Contract.values()) {
      if (!isThere(contract, addresses.of(contract), parameters)) {
        throw new CodedException(
            ChainError.ADDRESSES_INVALID,
            "There is no %s of this version where %s says."
                .formatted(contract.label(), addressesFile));
      }
    }
    return addresses;
  }

  private Start begin(DeploymentParameters parameters) throws IOException {
    if (Files.exists(journal)) {
      JsonNode started = JSON.readTree(Files.readString(journal));
      long nonce = Long.parseLong(started.required("firstNonce").asString());
      DeploymentPlan plan = new DeploymentPlan(key.address(), nonce, parameters);
      boolean same =
          started.required("plan").asString().equals(plan.hash().toString())
              && started.required("chainId").asString().equals(client.chainId().toString());
      if (!same) {
        throw interrupted(
            "was begun with other parameters, by another account or on another chain");
      }
      return new Start(plan, Long.parseLong(started.required("block").asString()));
    }
    Block head = client.head();
    long nonce = client.transactionCount(key.address(), head.number());
    DeploymentPlan plan = new DeploymentPlan(key.address(), nonce, parameters);
    ObjectNode started = JSON.createObjectNode();
    started.put("version", 1);
    started.put("chainId", client.chainId().toString());
    started.put("firstNonce", Long.toString(nonce));
    started.put("block", Long.toString(head.number()));
    started.put("plan", plan.hash().toString());
    ContractAddresses.writeDurably(journal, started.toString());
    return new Start(plan, head.number());
  }

  /**
   * Sends a step without waiting for the one before, since nonces keep the order; only where the
   * node cannot foresee a step before its predecessor is in a block does it wait.
   */
  private void send(DeploymentPlan.Step step, DeploymentPlan plan) {
    if (used(step)) {
      requireDone(step, plan);
      return;
    }
    progress.accept(step.name());
    byte[] signed = sign(step);
    try {
      client.broadcast(signed);
    } catch (CodedException e) {
      String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      if (!said.contains("already")
          && !said.contains("underpriced")
          && !said.contains("nonce too low")) {
        throw e;
      }
    }
  }

  private byte[] sign(DeploymentPlan.Step step) {
    BigInteger estimate = estimateGas(step);
    BigInteger gas = estimate.add(estimate.divide(BigInteger.TEN));
    BigInteger priority = client.suggestedPriorityFee().max(PRIORITY_FLOOR);
    BigInteger maximum = client.head().baseFee().shiftLeft(1).add(priority);
    return new TransactionSigner(key, client.chainId())
        .sign(step.nonce(), gas, step.recipient(), step.data(), maximum, priority);
  }

  private BigInteger estimateGas(DeploymentPlan.Step step) {
    if (step.recipient() != null && !client.hasCode(step.recipient())) {
      // A call of what is not there yet costs next to nothing, and would be given no more.
      awaitNonce(step.nonce(), step.name());
    }
    try {
      return client.estimateGas(key.address(), step.recipient(), step.data());
    } catch (CodedException e) {
      if (nextNonce() == step.nonce()) {
        throw e;
      }
      awaitNonce(step.nonce(), step.name());
      return client.estimateGas(key.address(), step.recipient(), step.data());
    }
  }

  private boolean used(DeploymentPlan.Step step) {
    return nextNonce() > step.nonce();
  }

  private long nextNonce() {
    return client.transactionCount(key.address(), client.head().number());
  }

  private void awaitUse(DeploymentPlan.Step step) {
    awaitNonce(step.nonce() + 1, step.name());
  }

  /** Waits until the account's next nonce in the chain is this one or a later. */
  private void awaitNonce(long nonce, String name) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (nextNonce() < nonce) {
      if (System.nanoTime() - deadline > 0) {
        throw new CodedException(
            ChainError.TIMEOUT, "%s is not mined yet; deploy again to go on.".formatted(name));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void requireDone(DeploymentPlan.Step step, DeploymentPlan plan) {
    Contract deployed = step.deploys();
    if (deployed == null) {
      return;
    }
    Address address = plan.addresses().get(deployed);
    if (address == null || !isOurs(deployed, address)) {
      throw interrupted(
          "cannot go on: nonce %d did not deploy %s".formatted(step.nonce(), deployed.label()));
    }
  }

  private void requireHandedOver(DeploymentPlan plan) {
    if (!plan.isHandedOver(client)) {
      throw interrupted("cannot go on: the timelock was not handed over to the governor");
    }
  }

  /** A payment token that was given is whatever it is. */
  private boolean isThere(Contract contract, Address address, DeploymentParameters parameters) {
    return (contract == Contract.PAYMENT_TOKEN && parameters.token() != null)
        ? client.hasCode(address)
        : isOurs(contract, address);
  }

  private boolean isOurs(Contract contract, Address address) {
    return RuntimeCode.of(contract.solidityName()).isThatOf(client.code(address));
  }

  private CodedException interrupted(String why) {
    return new CodedException(
        ChainError.DEPLOYMENT_INTERRUPTED, "The deployment of %s %s.".formatted(journal, why));
  }
}
