// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {HostStaking} from "../src/HostStaking.sol";
import {ModelRegistry} from "../src/ModelRegistry.sol";
import {OmlProtocol} from "../src/OmlProtocol.sol";
import {PenaltyCourt} from "../src/PenaltyCourt.sol";
import {PermitLedger} from "../src/PermitLedger.sol";
import {PaymentToken} from "../src/dev/PaymentToken.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IPenaltyCourt} from "../src/interfaces/IPenaltyCourt.sol";
import {IPermitLedger} from "../src/interfaces/IPermitLedger.sol";
import {Test} from "./Vm.sol";

/// @title All contracts with production's windows, a model, a host with stake and an instance, a prover with tokens
abstract contract World is Test {
    uint128 internal constant STAKE = 1000e18;
    uint128 internal constant PENALTY = 400e18;
    uint128 internal constant BOND = 10e18;
    uint64 internal constant WINDOW = 24 hours;
    uint64 internal constant MAXIMUM_AGE = 7 days;
    uint64 internal constant UNBONDING = 21 days;
    uint64 internal constant LONGEST_UNBONDING = 60 days;
    uint64 internal constant REVEAL_MINIMUM = 20 minutes;
    uint64 internal constant REVEAL_MAXIMUM = 1 days;
    uint64 internal constant PAYOUT_DELAY = 48 hours;
    uint64 internal constant NOTICE = 1 hours;
    uint64 internal constant SILENCE = 14 days;
    uint64 internal constant RESPONSE_PERIOD = 3 days;
    uint128 internal constant OPERATOR_BOND = 1000e18;
    uint128 internal constant OMISSION_PENALTY = 300e18;
    uint32 internal constant MAXIMUM_UNACKNOWLEDGED = 1000;

    uint256 internal constant HOST_KEY = 0xA11CE;
    uint256 internal constant GATEWAY_KEY = 0x6A7E;
    uint256 internal constant SIGNER_KEY = 0x51634E;

    bytes32 internal constant LICENCE = keccak256("licence");
    bytes32 internal constant BASE = keccak256("base");
    bytes32 internal constant NONCE = keccak256("nonce");
    bytes32 internal constant QUERY_SALT = keccak256("salt");
    bytes32 internal constant CONTEXT = keccak256("context");
    bytes internal constant KEY = "Tell me of the lighthouse";
    bytes internal constant RESPONSE = " keeper";
    bytes internal constant ANSWER = "keeper of the light";

    address internal immutable owner = address(0x0123);
    address internal immutable prover = address(0x9999);
    address internal immutable thief = address(0x7777);
    address internal immutable community = address(0xC0);
    address internal immutable operator = address(0x0909);
    address internal immutable guardian = address(0x6A4D);
    address internal host;

    IERC20 internal token;
    PermitLedger internal ledger;
    ModelRegistry internal registry;
    HostStaking internal staking;
    PenaltyCourt internal court;

    bytes32 internal modelId;
    bytes32 internal instanceId;
    uint64 internal start;
    bytes32 private _domain;

    function setUp() public virtual {
        vm.warp(1_790_000_000);
        host = vm.addr(HOST_KEY);
        deploy(token_());
        vm.prank(owner);
        modelId = registry.registerModel("community/model", BASE, LICENCE, terms());
        vm.prank(owner);
        registry.setTreasury(modelId, community);
        instanceId = publish(HOST_KEY, 1);
        fund(host, STAKE);
        fund(prover, 100 * BOND);
        fund(thief, 100 * BOND);
        vm.prank(host);
        token.approve(address(staking), type(uint256).max);
        vm.prank(host);
        staking.deposit(modelId, STAKE);
        start = uint64(block.timestamp);
        vm.warp(start + 1 hours);
    }

    function token_() internal virtual returns (IERC20) {
        return new PaymentToken(1_000_000e18);
    }

    function fund(address account, uint256 amount) internal {
        assertTrue(token.transfer(account, amount), "funded");
        vm.prank(account);
        token.approve(address(court), type(uint256).max);
    }

    function deploy(IERC20 paid) private {
        token = paid;
        address registryToBe = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        ledger = new PermitLedger(
            paid,
            IModelRegistry(registryToBe),
            owner,
            ledgerParameters(),
            PermitLedger.Appointments(vm.addr(SIGNER_KEY), operator, guardian)
        );
        _domain = ledger.domainSeparator();
        registry = new ModelRegistry(ledger, owner, limits());
        assertEq(address(registry), registryToBe, "the registry's address");
        address courtToBe = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        address[] memory courts = new address[](1);
        courts[0] = courtToBe;
        staking = new HostStaking(paid, registry, owner, courts);
        court = new PenaltyCourt(paid, registry, staking, ledger, parameters());
        assertEq(address(court), courtToBe, "the court's address");
    }

    function limits() internal pure returns (IModelRegistry.Limits memory) {
        return IModelRegistry.Limits(24 hours, 7 days, 2 days, LONGEST_UNBONDING, NOTICE, false);
    }

    function ledgerParameters() internal pure returns (IPermitLedger.Parameters memory) {
        return IPermitLedger.Parameters({
            signerNotice: NOTICE,
            withdrawalNotice: 7 days,
            operatorSilence: SILENCE,
            bondNotice: 40 days,
            challengeAge: 30 days,
            responsePeriod: RESPONSE_PERIOD,
            operatorBond: OPERATOR_BOND,
            omissionPenalty: OMISSION_PENALTY,
            challengeDeposit: BOND,
            challengerBps: 4000
        });
    }

    function parameters() internal pure virtual returns (IPenaltyCourt.Parameters memory) {
        return IPenaltyCourt.Parameters(
            REVEAL_MINIMUM, REVEAL_MAXIMUM, PAYOUT_DELAY, BOND, 1000e18, address(0xF0)
        );
    }

    function terms() internal pure virtual returns (IModelRegistry.Terms memory) {
        return IModelRegistry.Terms({
            pricePerQuery: 1e15,
            minimumStake: STAKE,
            penalty: PENALTY,
            maximumReward: 100e18,
            disputeWindow: WINDOW,
            unbondingTime: UNBONDING,
            maximumEvidenceAge: MAXIMUM_AGE,
            rewardBps: 1000,
            minimumSuccessBps: 9000,
            maximumUnacknowledged: MAXIMUM_UNACKNOWLEDGED,
            maximumUtilityLossBps: 500,
            billedWhenEngineFails: false,
            auditAlphaPpb: 1000,
            contextRoot: OmlProtocol.contextLeaf(CONTEXT)
        });
    }

    function licence(address by, uint256 nonce) internal view returns (OmlProtocol.LicenceAcceptance memory) {
        return OmlProtocol.LicenceAcceptance({
            modelId: modelId,
            licenceHash: LICENCE,
            termsVersion: 1,
            baseManifestHash: BASE,
            host: by,
            gatewayKey: vm.addr(GATEWAY_KEY),
            nonce: nonce,
            deadline: uint64(block.timestamp + 1 hours)
        });
    }

    function digest(bytes32 structHash) internal view returns (bytes32) {
        return OmlProtocol.digest(_domain, structHash);
    }

    function instanceOf(OmlProtocol.LicenceAcceptance memory accepted) internal view returns (bytes32) {
        return OmlProtocol.instanceId(accepted.modelId, accepted.host, digest(OmlProtocol.structHash(accepted)));
    }

    function acceptance(bytes32 instance) internal view returns (OmlProtocol.InstanceAcceptance memory) {
        return OmlProtocol.InstanceAcceptance({
            instanceId: instance,
            manifestHash: keccak256("manifest"),
            fingerprintRoot: treeOf(instance),
            deadline: uint64(block.timestamp + 1 hours)
        });
    }

    function publish(uint256 key, uint256 nonce) internal returns (bytes32) {
        OmlProtocol.LicenceAcceptance memory accepted = licence(vm.addr(key), nonce);
        OmlProtocol.InstanceAcceptance memory made = acceptance(instanceOf(accepted));
        bytes memory first = signature(key, digest(OmlProtocol.structHash(accepted)));
        bytes memory second = signature(key, digest(OmlProtocol.structHash(made)));
        vm.prank(owner);
        return registry.publishInstance(accepted, first, made, second);
    }

    function leafOf(bytes32 instance, uint32 index) internal view returns (bytes32) {
        return OmlProtocol.leaf(
            modelId, instance, index, keccak256(KEY), keccak256(RESPONSE), keccak256(abi.encode("leaf", index))
        );
    }

    /// A tree of two leaves.
    function treeOf(bytes32 instance) internal view returns (bytes32) {
        (bytes32 a, bytes32 b) = (leafOf(instance, 0), leafOf(instance, 1));
        return a < b ? keccak256(abi.encodePacked(a, b)) : keccak256(abi.encodePacked(b, a));
    }

    function permit() internal view returns (OmlProtocol.Permit memory) {
        return OmlProtocol.Permit({
            modelId: modelId,
            instanceId: instanceId,
            host: host,
            termsVersion: 1,
            queryHash: OmlProtocol.queryHash(QUERY_SALT, CONTEXT, keccak256(KEY)),
            serial: 1,
            issuedAt: start + 10,
            expiresAt: start + 310,
            price: 1e15
        });
    }

    /// Signed together with another permit.
    function batchAuthority(uint256 key, OmlProtocol.Permit memory first) internal view returns (bytes memory) {
        bytes32 left = keccak256(abi.encodePacked(bytes1(0x00), OmlProtocol.structHash(first)));
        bytes32 right = keccak256(abi.encodePacked(bytes1(0x00), keccak256("another permit")));
        OmlProtocol.PermitBatch memory batch = OmlProtocol.PermitBatch(
            keccak256(abi.encodePacked(bytes1(0x01), left, right)), 2, first.issuedAt, first.serial
        );
        bytes memory by = signature(key, digest(OmlProtocol.structHash(batch)));
        return abi.encodePacked(uint32(0), uint32(2), batch.issuedAt, batch.firstSerial, right, by);
    }

    /// The gateway's word on an answer, with a permit's hash that no permit has where `permitHash` says so.
    function receiptNaming(bytes32 permitHash) internal view returns (OmlProtocol.Receipt memory) {
        return OmlProtocol.Receipt({
            modelId: modelId,
            instanceId: instanceId,
            host: host,
            queryHash: OmlProtocol.queryHash(QUERY_SALT, CONTEXT, keccak256(KEY)),
            responseRoot: OmlProtocol.responseRoot(QUERY_SALT, uint64(ANSWER.length), ANSWER, keccak256("")),
            permitHash: permitHash,
            servedAt: start + 12,
            clientRef: bytes32(0)
        });
    }

    function opening() internal view returns (IPenaltyCourt.Opening memory opened) {
        opened.key = KEY;
        opened.response = RESPONSE;
        opened.leafSalt = keccak256(abi.encode("leaf", uint32(0)));
        opened.leafProof = new bytes32[](1);
        opened.leafProof[0] = leafOf(instanceId, 1);
        opened.querySalt = QUERY_SALT;
        opened.ctxHash = CONTEXT;
        opened.answerLength = uint64(ANSWER.length);
        opened.answerPrefix = ANSWER;
        opened.restHash = keccak256("");
    }

    function sealedBy(uint256 key, OmlProtocol.Receipt memory receipt)
        internal
        view
        returns (IPenaltyCourt.Evidence memory evidence)
    {
        evidence.receipt = receipt;
        evidence.signature = signature(key, digest(OmlProtocol.structHash(receipt)));
        evidence.opening = opening();
    }

    function evidenceNaming(bytes32 permitHash) internal view returns (IPenaltyCourt.Evidence memory) {
        return sealedBy(GATEWAY_KEY, receiptNaming(permitHash));
    }

    function commitmentOf(address sender, IPenaltyCourt.Evidence memory evidence) internal view returns (bytes32) {
        return OmlProtocol.commitment(address(court), sender, keccak256(abi.encode(evidence)), NONCE);
    }

    function commitAs(address sender, IPenaltyCourt.Evidence memory evidence) internal returns (bytes32 made) {
        made = commitmentOf(sender, evidence);
        vm.prank(sender);
        court.commit(made);
    }

    /// Commits, and lets the time pass that lies before a reveal.
    function committed(IPenaltyCourt.Evidence memory evidence) internal returns (IPenaltyCourt.Evidence memory) {
        commitAs(prover, evidence);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        return evidence;
    }

    function revealed(IPenaltyCourt.Evidence memory evidence) internal returns (bytes32) {
        committed(evidence);
        vm.prank(prover);
        return court.reveal(evidence, NONCE);
    }

    /// The reveal of this evidence reverts so.
    function refused(IPenaltyCourt.Evidence memory evidence, bytes memory with) internal {
        committed(evidence);
        vm.expectRevert(with);
        vm.prank(prover);
        court.reveal(evidence, NONCE);
    }
}
