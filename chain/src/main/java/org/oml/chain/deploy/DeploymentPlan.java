package org.oml.chain.deploy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.contracts.binding.CommunityGovernor;
import org.oml.contracts.binding.CommunityShares;
import org.oml.contracts.binding.CommunityTimelock;
import org.oml.contracts.binding.HostStaking;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.contracts.binding.PanelCourt;
import org.oml.contracts.binding.PaymentToken;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.contracts.binding.PermitLedger;
import org.oml.contracts.binding.ProverRegistry;
import org.oml.contracts.binding.RevenueVault;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import org.oml.protocol.Keccak;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint48;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.crypto.ContractUtils;

/**
 * Every transaction of a deployment, with its nonce, known before the first is sent: addresses
 * follow from the deployer and the nonce, so contracts can name one another, and no transaction can
 * be mined twice.
 */
final class DeploymentPlan {

  private static final BigInteger ALL_SHARES = BigInteger.TEN.pow(24);
  private static final byte[] ADMIN = new byte[32];
  private static final List<String> ROLES = List.of("PROPOSER_ROLE", "CANCELLER_ROLE");

  private final Address deployer;
  private final long firstNonce;
  private final DeploymentParameters parameters;
  private final List<Step> steps = new ArrayList<>();
  private final Map<Contract, Address> addresses = new EnumMap<>(Contract.class);

  /**
   * A transaction.
   *
   * @param recipient null where it deploys
   * @param deploys the contract that it deploys, or null
   */
  record Step(
      long nonce,
      String name,
      @Nullable Address recipient,
      @Nullable Contract deploys,
      byte[] data) {}

  DeploymentPlan(Address deployer, long firstNonce, DeploymentParameters parameters) {
    this.deployer = deployer;
    this.firstNonce = firstNonce;
    this.parameters = parameters;
    payments();
    governance();
    ledger();
    models();
    courts();
    handOver();
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  Map<Contract, Address> addresses() {
    return Map.copyOf(addresses);
  }

  /** Changes with anything that the deployment does. */
  Bytes32 hash() {
    Keccak keccak = new Keccak().add(deployer).addLong(firstNonce);
    steps.forEach(step -> keccak.add(step.data()));
    return keccak.hash();
  }

  private void governance() {
    DeploymentParameters.Governance community = parameters.governance();
    List<org.web3j.abi.datatypes.Address> holders = new ArrayList<>();
    List<Uint256> amounts = new ArrayList<>();
    for (DeploymentParameters.Holding holding : community.holders()) {
      holders.add(abi(holding.holder()));
      amounts.add(new Uint256(holding.amount()));
    }
    if (holders.isEmpty()) {
      holders.add(abi(deployer));
      amounts.add(new Uint256(ALL_SHARES));
    }
    Address vault = addressOf(nextNonce() + 1);
    deploy(
        Contract.COMMUNITY_SHARES,
        CommunityShares.BINARY,
        new Utf8String("OML Community Share"),
        new Utf8String("OMLS"),
        new DynamicArray<>(org.web3j.abi.datatypes.Address.class, holders),
        new DynamicArray<>(Uint256.class, amounts),
        abi(vault));
    deploy(
        Contract.REVENUE_VAULT,
        RevenueVault.BINARY,
        abi(at(Contract.PAYMENT_TOKEN)),
        abi(at(Contract.COMMUNITY_SHARES)));
    deploy(
        Contract.TIMELOCK,
        CommunityTimelock.BINARY,
        new Uint256(community.timelockDelay().toSeconds()),
        abi(deployer));
    deploy(
        Contract.COMMUNITY_GOVERNOR,
        CommunityGovernor.BINARY,
        abi(at(Contract.COMMUNITY_SHARES)),
        abi(at(Contract.TIMELOCK)),
        new Uint48(community.votingDelay().toSeconds()),
        new Uint32(community.votingPeriod().toSeconds()),
        new Uint256(community.proposalThreshold()),
        new Uint256(community.quorumPercent()),
        new Uint256(parameters.limits().longestUnbonding().toSeconds()));
  }

  private void payments() {
    Address given = parameters.token();
    if (given == null) {
      deploy(Contract.PAYMENT_TOKEN, PaymentToken.BINARY, new Uint256(parameters.tokenSupply()));
    } else {
      addresses.put(Contract.PAYMENT_TOKEN, given);
    }
  }

  private void ledger() {
    DeploymentParameters.Ledger chosen = parameters.ledger();
    DeploymentParameters.Appointments first = parameters.appointments();
    Address registry = addressOf(nextNonce() + 1);
    deploy(
        Contract.PERMIT_LEDGER,
        PermitLedger.BINARY,
        abi(at(Contract.PAYMENT_TOKEN)),
        abi(registry),
        abi(owner()),
        new PermitLedger.Parameters(
            big(chosen.signerNotice()),
            big(chosen.withdrawalNotice()),
            big(chosen.operatorSilence()),
            big(chosen.bondNotice()),
            big(chosen.challengeAge()),
            big(chosen.responsePeriod()),
            chosen.operatorBond(),
            chosen.omissionPenalty(),
            chosen.challengeDeposit(),
            BigInteger.valueOf(chosen.challengerBps())),
        new PermitLedger.Appointments(
            first.signer().toString(), first.operator().toString(), first.guardian().toString()));
  }

  private void models() {
    DeploymentParameters.Limits limits = parameters.limits();
    deploy(
        Contract.MODEL_REGISTRY,
        ModelRegistry.BINARY,
        abi(at(Contract.PERMIT_LEDGER)),
        abi(at(Contract.TIMELOCK)),
        new ModelRegistry.Limits(
            seconds(limits.minimumDisputeWindow()),
            seconds(limits.maximumEvidenceAge()),
            seconds(limits.longestReveal()),
            seconds(limits.longestUnbonding()),
            seconds(limits.keyNotice()),
            new Bool(parameters.forDevelopment())));
  }

  private void courts() {
    Address court = addressOf(nextNonce() + 1);
    Address panelCourt = addressOf(nextNonce() + 3);
    deploy(
        Contract.HOST_STAKING,
        HostStaking.BINARY,
        abi(at(Contract.PAYMENT_TOKEN)),
        abi(at(Contract.MODEL_REGISTRY)),
        abi(owner()),
        new DynamicArray<>(
            org.web3j.abi.datatypes.Address.class, List.of(abi(court), abi(panelCourt))));
    DeploymentParameters.Court chosen = parameters.court();
    deploy(
        Contract.PENALTY_COURT,
        PenaltyCourt.BINARY,
        abi(at(Contract.PAYMENT_TOKEN)),
        abi(at(Contract.MODEL_REGISTRY)),
        abi(at(Contract.HOST_STAKING)),
        abi(at(Contract.PERMIT_LEDGER)),
        new PenaltyCourt.Parameters(
            big(chosen.revealMinimum()),
            big(chosen.revealMaximum()),
            big(chosen.payoutDelay()),
            chosen.bond(),
            chosen.rewardCap(),
            at(Contract.TIMELOCK).toString()));
    provers(panelCourt);
    panelCourt();
  }

  private void provers(Address firstCourt) {
    DeploymentParameters.Provers chosen = parameters.provers();
    deploy(
        Contract.PROVER_REGISTRY,
        ProverRegistry.BINARY,
        abi(at(Contract.PAYMENT_TOKEN)),
        abi(at(Contract.PERMIT_LEDGER)),
        abi(owner()),
        abi(firstCourt),
        new ProverRegistry.Parameters(
            chosen.bond(),
            big(chosen.minimumAge()),
            big(chosen.exitDelay()),
            BigInteger.valueOf(chosen.panelSize()),
            BigInteger.valueOf(chosen.seedDelay()),
            big(chosen.answerTime()),
            big(chosen.revealTime()),
            at(Contract.TIMELOCK).toString()));
  }

  private void panelCourt() {
    DeploymentParameters.Panels chosen = parameters.panelCourt();
    deploy(
        Contract.PANEL_COURT,
        PanelCourt.BINARY,
        abi(owner()),
        new PanelCourt.Surroundings(
            at(Contract.PAYMENT_TOKEN).toString(),
            at(Contract.MODEL_REGISTRY).toString(),
            at(Contract.HOST_STAKING).toString(),
            at(Contract.PERMIT_LEDGER).toString(),
            at(Contract.PROVER_REGISTRY).toString(),
            at(Contract.PENALTY_COURT).toString()),
        new PanelCourt.Parameters(
            big(chosen.openTime()),
            big(chosen.payoutDelay()),
            BigInteger.valueOf(chosen.quorum()),
            chosen.bond(),
            chosen.rewardCap(),
            at(Contract.TIMELOCK).toString()));
  }

  /** The governor may propose and cancel, and the deployer keeps no right over the timelock. */
  private void handOver() {
    for (String role : ROLES) {
      call("grant " + role, "grantRole", hash(role), at(Contract.COMMUNITY_GOVERNOR));
    }
    call("give up the timelock", "renounceRole", ADMIN, deployer);
  }

  /** Whether the community alone has rights over the timelock. */
  boolean isHandedOver(ChainClient client) {
    CommunityTimelock timelock = client.bind(CommunityTimelock::load, at(Contract.TIMELOCK));
    String governor = at(Contract.COMMUNITY_GOVERNOR).toString();
    return ROLES.stream().allMatch(role -> client.read(timelock.hasRole(hash(role), governor)))
        && !client.read(timelock.hasRole(ADMIN, deployer.toString()));
  }

  private static byte[] hash(String role) {
    return Keccak.of(role.getBytes(StandardCharsets.US_ASCII)).toBytes();
  }

  private void call(String name, String function, byte[] role, Address account) {
    String data =
        FunctionEncoder.encode(
            new Function(
                function,
                List.of(new org.web3j.abi.datatypes.generated.Bytes32(role), abi(account)),
                List.of()));
    steps.add(new Step(nextNonce(), name, at(Contract.TIMELOCK), null, Hex.parse(data)));
  }

  @SuppressWarnings("rawtypes") // as the encoder takes them
  private void deploy(Contract contract, String binary, Type<?>... arguments) {
    String data = "0x" + binary + FunctionEncoder.encodeConstructor(List.<Type>of(arguments));
    addresses.put(contract, addressOf(nextNonce()));
    steps.add(new Step(nextNonce(), "deploy " + contract.label(), null, contract, Hex.parse(data)));
  }

  private long nextNonce() {
    return firstNonce + steps.size();
  }

  private Address addressOf(long nonce) {
    return Address.parse(
        ContractUtils.generateContractAddress(deployer.toString(), BigInteger.valueOf(nonce)));
  }

  private Address owner() {
    return parameters.forDevelopment() ? deployer : at(Contract.TIMELOCK);
  }

  private Address at(Contract contract) {
    Address address = addresses.get(contract);
    if (address == null) {
      throw new IllegalStateException(contract.label() + " comes later");
    }
    return address;
  }

  private static org.web3j.abi.datatypes.Address abi(Address address) {
    return new org.web3j.abi.datatypes.Address(address.toString());
  }

  private static Uint64 seconds(Duration duration) {
    return new Uint64(big(duration));
  }

  private static BigInteger big(Duration duration) {
    return BigInteger.valueOf(duration.toSeconds());
  }
}
