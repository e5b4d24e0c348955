package org.oml.permission.host;

import java.math.BigInteger;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainSettings;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.read.EventReader;
import org.oml.contracts.binding.HostStaking;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.contracts.binding.PermitLedger;
import org.oml.permission.host.ChainFact.BalanceDeposited;
import org.oml.permission.host.ChainFact.BalanceLeaving;
import org.oml.permission.host.ChainFact.BalanceWithdrawn;
import org.oml.permission.host.ChainFact.DebtChanged;
import org.oml.permission.host.ChainFact.EvidenceCommitted;
import org.oml.permission.host.ChainFact.GatewayKeyReplaced;
import org.oml.permission.host.ChainFact.InstancePublished;
import org.oml.permission.host.ChainFact.LeavingCharged;
import org.oml.permission.host.ChainFact.SignerAdded;
import org.oml.permission.host.ChainFact.SignerRetired;
import org.oml.permission.host.ChainFact.StakeDeposited;
import org.oml.permission.host.ChainFact.StakeExiting;
import org.oml.permission.host.ChainFact.StakeSlashed;
import org.oml.permission.host.ChainFact.TermsPublished;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which events of which contracts become facts. */
public final class ChainSubscription {

  private final ContractAddresses addresses;
  private final ChainFacts facts;
  private final EventReader.Builder reader;

  private ChainSubscription(
      ContractAddresses addresses, ChainFacts facts, EventReader.Builder reader) {
    this.addresses = addresses;
    this.facts = facts;
    this.reader = reader;
  }

  /** Begins to watch the chain; what was read before this process started is there at once. */
  public static ChainWatch watch(
      DataSource database,
      ChainClient client,
      ChainSettings settings,
      ContractAddresses addresses,
      InstantSource clock) {
    ChainFacts facts = new ChainFacts(JdbcClient.create(database));
    EventReader.Builder reader =
        EventReader.named("permission", database, client, settings)
            .from(addresses.deployedAtBlock());
    EventReader subscribed = new ChainSubscription(addresses, facts, reader).subscribe();
    return new ChainWatch(subscribed, facts, settings.pollInterval(), clock).start();
  }

  private EventReader subscribe() {
    subscribeToRegistry(addresses.of(Contract.MODEL_REGISTRY));
    subscribeToStaking(addresses.of(Contract.HOST_STAKING));
    subscribeToSigners(addresses.of(Contract.PERMIT_LEDGER));
    subscribeToBalances(addresses.of(Contract.PERMIT_LEDGER));
    subscribeToCharges(addresses.of(Contract.PERMIT_LEDGER));
    subscribeToCourt(addresses.of(Contract.PENALTY_COURT));
    return reader.onRollback(facts::forgetFrom).build();
  }

  private void subscribeToRegistry(Address registry) {
    reader
        .on(
            registry,
            ModelRegistry.TERMSPUBLISHED_EVENT,
            ModelRegistry::getTermsPublishedEventFromLog,
            (event, at) ->
                facts.add(
                    new TermsPublished(
                        Bytes32.of(event.modelId),
                        uint32(event.version),
                        event.terms.pricePerQuery,
                        event.terms.minimumStake,
                        event.terms.maximumUnacknowledged.longValueExact()),
                    at))
        .on(
            registry,
            ModelRegistry.INSTANCEPUBLISHED_EVENT,
            ModelRegistry::getInstancePublishedEventFromLog,
            (event, at) ->
                facts.add(
                    new InstancePublished(
                        Bytes32.of(event.modelId),
                        Bytes32.of(event.instanceId),
                        Address.parse(event.host),
                        Address.parse(event.gatewayKey),
                        uint32(event.termsVersion)),
                    at))
        .on(
            registry,
            ModelRegistry.GATEWAYKEYREPLACED_EVENT,
            ModelRegistry::getGatewayKeyReplacedEventFromLog,
            (event, at) ->
                facts.add(
                    new GatewayKeyReplaced(
                        Bytes32.of(event.instanceId),
                        Address.parse(event.gatewayKey),
                        time(event.validFrom)),
                    at));
  }

  private void subscribeToStaking(Address staking) {
    reader
        .on(
            staking,
            HostStaking.DEPOSITED_EVENT,
            HostStaking::getDepositedEventFromLog,
            (event, at) ->
                facts.add(
                    new StakeDeposited(
                        Bytes32.of(event.modelId), Address.parse(event.host), event.amount),
                    at))
        .on(
            staking,
            HostStaking.EXITREQUESTED_EVENT,
            HostStaking::getExitRequestedEventFromLog,
            (event, at) ->
                facts.add(
                    new StakeExiting(
                        Bytes32.of(event.modelId), Address.parse(event.host), event.amount),
                    at))
        .on(
            staking,
            HostStaking.SLASHED_EVENT,
            HostStaking::getSlashedEventFromLog,
            (event, at) ->
                facts.add(
                    new StakeSlashed(
                        Bytes32.of(event.modelId), Address.parse(event.host), event.amount),
                    at));
  }

  private void subscribeToSigners(Address ledger) {
    reader
        .on(
            ledger,
            PermitLedger.SIGNERADDED_EVENT,
            PermitLedger::getSignerAddedEventFromLog,
            (event, at) ->
                facts.add(new SignerAdded(Address.parse(event.signer), time(event.validFrom)), at))
        .on(
            ledger,
            PermitLedger.SIGNERRETIRED_EVENT,
            PermitLedger::getSignerRetiredEventFromLog,
            (event, at) ->
                facts.add(
                    new SignerRetired(Address.parse(event.signer), time(event.retiredAt)), at));
  }

  private void subscribeToBalances(Address ledger) {
    reader
        .on(
            ledger,
            PermitLedger.BALANCEDEPOSITED_EVENT,
            PermitLedger::getBalanceDepositedEventFromLog,
            (event, at) ->
                facts.add(
                    new BalanceDeposited(
                        Bytes32.of(event.modelId), Address.parse(event.host), event.amount),
                    at))
        .on(
            ledger,
            PermitLedger.WITHDRAWALREQUESTED_EVENT,
            PermitLedger::getWithdrawalRequestedEventFromLog,
            (event, at) ->
                facts.add(
                    new BalanceLeaving(
                        Bytes32.of(event.modelId), Address.parse(event.host), event.amount),
                    at))
        .on(
            ledger,
            PermitLedger.BALANCEWITHDRAWN_EVENT,
            PermitLedger::getBalanceWithdrawnEventFromLog,
            (event, at) ->
                facts.add(
                    new BalanceWithdrawn(
                        Bytes32.of(event.modelId), Address.parse(event.host), event.amount),
                    at));
  }

  private void subscribeToCharges(Address ledger) {
    reader
        .on(
            ledger,
            PermitLedger.LEAVINGCHARGED_EVENT,
            PermitLedger::getLeavingChargedEventFromLog,
            (event, at) ->
                facts.add(
                    new LeavingCharged(
                        Bytes32.of(event.modelId), Address.parse(event.host), event.amount),
                    at))
        .on(
            ledger,
            PermitLedger.DEBTRECORDED_EVENT,
            PermitLedger::getDebtRecordedEventFromLog,
            (event, at) ->
                facts.add(
                    new DebtChanged(
                        Bytes32.of(event.modelId), Address.parse(event.host), event.debt),
                    at))
        .on(
            ledger,
            PermitLedger.DEBTPAID_EVENT,
            PermitLedger::getDebtPaidEventFromLog,
            (event, at) ->
                facts.add(
                    new DebtChanged(
                        Bytes32.of(event.modelId), Address.parse(event.host), event.debt),
                    at));
  }

  private void subscribeToCourt(Address court) {
    reader.on(
        court,
        PenaltyCourt.COMMITTED_EVENT,
        PenaltyCourt::getCommittedEventFromLog,
        (event, at) ->
            facts.add(
                new EvidenceCommitted(Address.parse(event.prover), Bytes32.of(event.commitment)),
                at));
  }

  private static int uint32(BigInteger value) {
    return value.intValue();
  }

  /** Seconds since 1970; a time beyond what fits is as good as never. */
  private static long time(BigInteger seconds) {
    return seconds.bitLength() > 62 ? Long.MAX_VALUE : seconds.longValue();
  }
}
