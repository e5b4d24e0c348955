package org.oml.chain.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.deploy.DeploymentParameters.Appointments;
import org.oml.chain.fixture.FailingNode;
import org.oml.chain.fixture.FailingNode.Fate;
import org.oml.chain.fixture.Polling;
import org.oml.chain.fixture.TestChain;
import org.oml.contracts.binding.CommunityTimelock;
import org.oml.contracts.binding.HostStaking;
import org.oml.contracts.binding.PermitLedger;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.ErrorCode;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningKey;

/** Deployments on a real chain, also such as are cut off. */
class DeploymentIT {

  private static final DeploymentParameters DEVELOPMENT = DeploymentParameters.development();
  private static final String BROADCAST = "eth_sendRawTransaction";

  @TempDir Path directory;
  private TestChain chain;
  private SigningKey deployer;
  private Path addressesFile;
  private Path journal;

  @BeforeEach
  void start() {
    chain = TestChain.start(directory);
    deployer = chain.account();
    addressesFile = directory.resolve("addresses.json");
    journal = directory.resolve("addresses.json.deploying");
  }

  @AfterEach
  void stop() {
    chain.close();
  }

  @Test
  void everyContractIsWhereTheAddressesFileSays() {
    ContractAddresses deployed = deployment(chain.client()).run(DEVELOPMENT);

    assertThat(ContractAddresses.read(addressesFile)).isEqualTo(deployed);
    assertThat(deployed.chainId()).isEqualTo(chain.client().chainId());
    for (Contract contract : Contract.values()) {
      assertThat(chain.client().hasCode(deployed.of(contract))).as(contract.label()).isTrue();
    }
    assertThat(journal).doesNotExist();
  }

  @Test
  void noContractIsOlderThanTheAddressesFileSays() {
    chain.mine(7);

    ContractAddresses deployed = deployment(chain.client()).run(DEVELOPMENT);

    assertThat(deployed.deployedAtBlock()).isEqualTo(7);
  }

  @Test
  void theContractsKnowOneAnother() {
    ContractAddresses deployed = deployment(chain.client()).run(DEVELOPMENT);

    HostStaking staking =
        chain.client().bind(HostStaking::load, deployed.of(Contract.HOST_STAKING));
    String court = deployed.of(Contract.PENALTY_COURT).toString();
    assertThat(address(chain.client().read(staking.registry())))
        .isEqualTo(deployed.of(Contract.MODEL_REGISTRY));
    assertThat(chain.client().read(staking.courtState(court))).isPositive();
  }

  @Test
  void theGovernorAloneHasRightsOverTheTimelock() {
    ContractAddresses deployed = deployment(chain.client()).run(DEVELOPMENT);

    String governor = deployed.of(Contract.COMMUNITY_GOVERNOR).toString();
    assertThat(hasRole(deployed, role("PROPOSER_ROLE"), governor)).isTrue();
    assertThat(hasRole(deployed, role("CANCELLER_ROLE"), governor)).isTrue();
    assertThat(hasRole(deployed, new byte[32], deployer.address().toString())).isFalse();
  }

  @Test
  void theFirstSignerIsValidFromTheStart() {
    Address signer = SigningKey.random().address();

    ContractAddresses deployed =
        deployment(chain.client()).run(DEVELOPMENT.withFirstSigner(signer));

    PermitLedger ledger =
        chain.client().bind(PermitLedger::load, deployed.of(Contract.PERMIT_LEDGER));
    var now = BigInteger.valueOf(chain.head().timestamp());
    assertThat(chain.client().read(ledger.isSignerAt(signer.toString(), now))).isTrue();
  }

  @Test
  void aSecondRunChangesNothing() throws IOException {
    ContractAddresses first = deployment(chain.client()).run(DEVELOPMENT);
    String file = Files.readString(addressesFile);
    long blocks = chain.head().number();

    ContractAddresses second = deployment(chain.client()).run(DEVELOPMENT);

    assertThat(second).isEqualTo(first);
    assertThat(addressesFile).content().isEqualTo(file);
    assertThat(chain.head().number()).isEqualTo(blocks);
  }

  @ParameterizedTest
  @EnumSource(names = {"LOST", "ANSWER_LOST"})
  void cutOffAtEachStepItGoesOnWithoutDeployingTwice(Fate fate) {
    int steps = new DeploymentPlan(deployer.address(), 0, DEVELOPMENT).steps().size();
    List<ErrorCode> failures = new ArrayList<>();
    ContractAddresses deployed = null;
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), Duration.ofSeconds(10))) {
      while (deployed == null) {
        failAfterOneStep(node, fate);
        try {
          deployed = deployment(client).run(DEVELOPMENT);
        } catch (CodedException e) {
          failures.add(e.code());
          assertThat(journal).exists();
          assertThat(addressesFile).doesNotExist();
        }
      }
    }

    assertThat(failures)
        .hasSizeGreaterThanOrEqualTo(steps - 1)
        .containsOnly(ChainError.UNREACHABLE);
    assertThat(chain.nonce(deployer.address())).isEqualTo(steps);
    for (Contract contract : Contract.values()) {
      assertThat(chain.client().hasCode(deployed.of(contract))).as(contract.label()).isTrue();
    }
    assertThat(journal).doesNotExist();
  }

  @Test
  void cutOffAfterTheLastStepItOnlyWritesTheFile() throws IOException {
    ContractAddresses deployed;
    Path kept = directory.resolve("kept");
    deployed =
        new Deployment(
                chain.client(),
                deployer,
                addressesFile,
                step -> copyOnce(kept)) // as the journal is at any step
            .run(DEVELOPMENT);
    long steps = chain.nonce(deployer.address());
    Files.delete(addressesFile);
    Files.copy(kept, journal);

    ContractAddresses again = deployment(chain.client()).run(DEVELOPMENT);

    assertThat(again).isEqualTo(deployed);
    assertThat(chain.nonce(deployer.address())).isEqualTo(steps);
  }

  @Test
  void deploysWhereBlocksTakeTime() throws InterruptedException {
    int steps = new DeploymentPlan(deployer.address(), 0, DEVELOPMENT).steps().size();
    chain.holdTransactions();
    AtomicBoolean done = new AtomicBoolean();
    Thread miner =
        Thread.ofVirtual()
            .start(
                () ->
                    Polling.until(
                        "everything is deployed",
                        () -> {
                          if (chain.waiting() > 0) {
                            chain.mine(1);
                          }
                          return done.get();
                        }));

    ContractAddresses deployed = deployment(chain.client()).run(DEVELOPMENT);
    done.set(true);
    miner.join();

    assertThat(chain.nonce(deployer.address())).isEqualTo(steps);
    assertThat(chain.client().hasCode(deployed.of(Contract.PENALTY_COURT))).isTrue();
  }

  @Test
  void anInterruptedDeploymentDoesNotGoOnWithOtherParameters() {
    cutOffAtTheFirstStep();
    DeploymentParameters others = DEVELOPMENT.withFirstSigner(SigningKey.random().address());

    assertRefused(() -> deployment(chain.client()).run(others), ChainError.DEPLOYMENT_INTERRUPTED);
    assertThat(chain.nonce(deployer.address())).isZero();
  }

  @Test
  void anInterruptedDeploymentDoesNotGoOnByAnotherAccount() {
    cutOffAtTheFirstStep();
    SigningKey other = chain.account();

    assertRefused(
        () -> new Deployment(chain.client(), other, addressesFile, step -> {}).run(DEVELOPMENT),
        ChainError.DEPLOYMENT_INTERRUPTED);
  }

  @Test
  void anInterruptedDeploymentDoesNotGoOnWhereItsNonceWentElsewhere() {
    cutOffAtTheFirstStep();
    chain.deployToken(deployer);
    chain.send(
        deployer, deployer.address(), chain.client().bind(HostStaking::load, Address.ZERO).token());

    assertThat(chain.nonce(deployer.address())).isEqualTo(2);
    assertRefused(
        () -> deployment(chain.client()).run(DEVELOPMENT), ChainError.DEPLOYMENT_INTERRUPTED);
  }

  @Test
  void anAddressesFileOfAnotherChainIsRefused() {
    ContractAddresses deployed = deployment(chain.client()).run(DEVELOPMENT);
    try (TestChain other = TestChain.start(directory, 1337)) {
      SigningKey account = other.account();

      assertRefused(
          () -> new Deployment(other.client(), account, addressesFile, step -> {}).run(DEVELOPMENT),
          ChainError.WRONG_NETWORK);
      assertThat(other.nonce(account.address())).isZero();
    }
    assertThat(ContractAddresses.read(addressesFile)).isEqualTo(deployed);
  }

  @Test
  void anAddressesFileWithoutItsContractsIsRefused() throws IOException {
    deployment(chain.client()).run(DEVELOPMENT);
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    try (TestChain emptied = TestChain.start(elsewhere)) {
      assertRefused(
          () -> deployment(emptied.client()).run(DEVELOPMENT), ChainError.ADDRESSES_INVALID);
    }
  }

  @Test
  void developmentParametersAreRefusedOnAnyOtherChain() {
    try (TestChain other = TestChain.start(directory, 5)) {
      SigningKey account = other.account();

      assertRefused(
          () -> new Deployment(other.client(), account, addressesFile, step -> {}).run(DEVELOPMENT),
          ChainError.DEPLOYMENT_UNSAFE);
      assertThat(other.nonce(account.address())).isZero();
      assertThat(addressesFile).doesNotExist();
      assertThat(journal).doesNotExist();
    }
  }

  @Test
  void inProductionTheTimelockOwnsWhatTheDeployerDeployed() {
    try (TestChain production = TestChain.start(directory, 5)) {
      SigningKey account = production.account();
      Address token = production.deployToken(account);
      DeploymentParameters parameters =
          DeploymentParameters.production(
              token,
              new Appointments(SigningKey.random().address(), Address.ZERO, Address.ZERO),
              List.of(new DeploymentParameters.Holding(account.address(), BigInteger.TEN.pow(20))));

      ContractAddresses deployed =
          new Deployment(production.client(), account, addressesFile, step -> {}).run(parameters);

      ChainClient client = production.client();
      Address timelock = deployed.of(Contract.TIMELOCK);
      assertThat(deployed.of(Contract.PAYMENT_TOKEN)).isEqualTo(token);
      HostStaking staking = client.bind(HostStaking::load, deployed.of(Contract.HOST_STAKING));
      PermitLedger ledger = client.bind(PermitLedger::load, deployed.of(Contract.PERMIT_LEDGER));
      assertThat(address(client.read(staking.owner()))).isEqualTo(timelock);
      assertThat(address(client.read(ledger.owner()))).isEqualTo(timelock);
      assertThat(
              new Deployment(production.client(), account, addressesFile, step -> {})
                  .run(parameters))
          .isEqualTo(deployed);
    }
  }

  @Test
  void thoseWhoWereAppointedAreInOffice() {
    Appointments appointed =
        new Appointments(
            SigningKey.random().address(),
            SigningKey.random().address(),
            SigningKey.random().address());

    ContractAddresses deployed =
        deployment(chain.client()).run(DEVELOPMENT.withAppointments(appointed));

    PermitLedger ledger =
        chain.client().bind(PermitLedger::load, deployed.of(Contract.PERMIT_LEDGER));
    assertThat(address(chain.client().read(ledger.currentOperator()).component2()))
        .isEqualTo(appointed.operator());
    assertThat(address(chain.client().read(ledger.guardian()))).isEqualTo(appointed.guardian());
  }

  @Test
  void anAddressesFileThatNamesAnotherContractIsRefused() throws IOException {
    ContractAddresses deployed = deployment(chain.client()).run(DEVELOPMENT);
    String court = deployed.of(Contract.PENALTY_COURT).toString();
    String vault = deployed.of(Contract.REVENUE_VAULT).toString();
    Files.writeString(addressesFile, Files.readString(addressesFile).replace(court, vault));

    assertRefused(() -> deployment(chain.client()).run(DEVELOPMENT), ChainError.ADDRESSES_INVALID);
  }

  @Test
  void aDeploymentWhoseTimelockWasNotHandedOverIsNotDone() {
    int steps = new DeploymentPlan(deployer.address(), 0, DEVELOPMENT).steps().size();
    AtomicInteger broadcasts = new AtomicInteger();
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), Duration.ofSeconds(10))) {
      node.decide(
          method ->
              method.equals(BROADCAST) && broadcasts.incrementAndGet() == steps
                  ? Fate.LOST
                  : Fate.ANSWERED);
      assertRefused(() -> deployment(client).run(DEVELOPMENT), ChainError.UNREACHABLE);
    }
    Polling.until("all but the last are there", () -> chain.nonce(deployer.address()) == steps - 1);
    chain.deployToken(deployer);

    assertRefused(
        () -> deployment(chain.client()).run(DEVELOPMENT), ChainError.DEPLOYMENT_INTERRUPTED);
    assertThat(addressesFile).doesNotExist();
  }

  @Test
  void tellsOfEachStep() {
    List<String> told = new ArrayList<>();

    new Deployment(chain.client(), deployer, addressesFile, told::add).run(DEVELOPMENT);

    assertThat(told)
        .hasSize(new DeploymentPlan(deployer.address(), 0, DEVELOPMENT).steps().size())
        .doesNotHaveDuplicates();
  }

  private Deployment deployment(ChainClient client) {
    return new Deployment(client, deployer, addressesFile, step -> {});
  }

  /** Nothing of it reaches the chain, and the journal is left. */
  private void cutOffAtTheFirstStep() {
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), Duration.ofSeconds(10))) {
      node.decide(method -> method.equals(BROADCAST) ? Fate.LOST : Fate.ANSWERED);
      assertRefused(() -> deployment(client).run(DEVELOPMENT), ChainError.UNREACHABLE);
    }
    assertThat(journal).exists();
  }

  private static void failAfterOneStep(FailingNode node, Fate fate) {
    AtomicInteger broadcasts = new AtomicInteger();
    int reach = fate == Fate.LOST ? 1 : 0;
    node.decide(
        method ->
            method.equals(BROADCAST) && broadcasts.getAndIncrement() >= reach
                ? fate
                : Fate.ANSWERED);
  }

  private void copyOnce(Path target) {
    try {
      if (!Files.exists(target)) {
        Files.copy(journal, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean hasRole(ContractAddresses deployed, byte[] role, String account) {
    CommunityTimelock timelock =
        chain.client().bind(CommunityTimelock::load, deployed.of(Contract.TIMELOCK));
    return chain.client().read(timelock.hasRole(role, account));
  }

  private static byte[] role(String name) {
    return Keccak.of(name.getBytes(StandardCharsets.US_ASCII)).toBytes();
  }

  private static Address address(String text) {
    return Address.parse(text.toLowerCase(Locale.ROOT));
  }

  private static void assertRefused(ThrowingCallable call, ChainError code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CodedException.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
