// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {PanelCourt} from "../src/PanelCourt.sol";
import {ProverRegistry} from "../src/ProverRegistry.sol";
import {IHostStaking} from "../src/interfaces/IHostStaking.sol";
import {IPanelCourt} from "../src/interfaces/IPanelCourt.sol";
import {IProverRegistry} from "../src/interfaces/IProverRegistry.sol";
import {Trees} from "./Trees.sol";
import {World} from "./World.sol";

/// @title A world with provers' seats, a panel court and an instance of 1,024 fingerprints
abstract contract PanelWorld is World {
    uint128 internal constant SEAT = 50e18;
    uint128 internal constant PLAN_BOND = 40e18;
    uint64 internal constant MINIMUM_AGE = 14 days;
    uint64 internal constant EXIT_DELAY = 30 days;
    uint64 internal constant SEED_DELAY = 4;
    uint64 internal constant ANSWER_TIME = 3 days;
    uint64 internal constant REVEAL_TIME = 1 days;
    uint64 internal constant OPEN_TIME = 1 days;
    uint64 internal constant PANEL_PAYOUT_DELAY = 45 days;
    uint256 internal constant SIZE = 9;
    uint32 internal constant QUESTIONS = 36;
    /// Of 36 questions.
    uint256 internal constant LEAST = 32;
    uint256 internal constant SEATED = 14;
    address internal constant BURNED = 0x000000000000000000000000000000000000dEaD;
    address internal constant FORFEITS = address(0xF0);
    bytes32 internal constant TARGET = keccak256("https://host.example/v1");
    bytes internal constant MISS = "something else";

    ProverRegistry internal provers;
    PanelCourt internal panelCourt;
    /// The instance that plans are about.
    bytes32 internal traced;
    IPanelCourt.Kind internal kind;
    uint32 internal codeThreshold;
    bytes32 internal planId;
    bytes32 internal planNonce = keccak256("plan nonce");
    /// Where the panel's answers start to be other ones than the instance's.
    uint256 internal hitsGiven = QUESTIONS;
    bool internal receiptsMissing = true;

    mapping(address member => uint256 key) internal keyOf;
    mapping(bytes32 instance => bytes32[]) private _leaves;

    function setUp() public virtual override {
        super.setUp();
        address courtToBe = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        provers = new ProverRegistry(token, ledger, owner, courtToBe, registryParameters());
        panelCourt = new PanelCourt(owner, surroundings(), courtParameters());
        assertEq(address(panelCourt), courtToBe, "the court's address");
        vm.prank(owner);
        staking.setCourtState(address(panelCourt), IHostStaking.CourtState.OPEN);
        for (uint256 i = 0; i < SEATED; i++) {
            seat(0x5EA7 + i);
        }
        vm.prank(prover);
        token.approve(address(panelCourt), type(uint256).max);
        traced = publishTraced(99, 1);
        vm.warp(block.timestamp + MINIMUM_AGE + 1);
        vm.roll(1000);
    }

    function registryParameters() internal pure returns (IProverRegistry.Parameters memory) {
        return IProverRegistry.Parameters(
            SEAT, MINIMUM_AGE, EXIT_DELAY, uint8(SIZE), SEED_DELAY, ANSWER_TIME, REVEAL_TIME, FORFEITS
        );
    }

    function courtParameters() internal pure returns (IPanelCourt.Parameters memory) {
        return IPanelCourt.Parameters(OPEN_TIME, PANEL_PAYOUT_DELAY, 7, PLAN_BOND, 1000e18, FORFEITS);
    }

    function surroundings() internal view returns (IPanelCourt.Surroundings memory) {
        return IPanelCourt.Surroundings(token, registry, staking, ledger, provers, court);
    }

    function seat(uint256 key) internal returns (address who) {
        who = vm.addr(key);
        keyOf[who] = key;
        fund(who, SEAT);
        vm.startPrank(who);
        token.approve(address(provers), type(uint256).max);
        provers.bond();
        vm.stopPrank();
    }

    function publishTraced(uint256 nonce, uint32 termsVersion) internal returns (bytes32) {
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, nonce);
        accepted.termsVersion = termsVersion;
        OmlProtocol.InstanceAcceptance memory made = acceptance(instanceOf(accepted));
        bytes32[] memory leaves = new bytes32[](64);
        for (uint32 i = 0; i < 64; i++) {
            leaves[i] = fingerprint(made.instanceId, i);
        }
        _leaves[made.instanceId] = leaves;
        (made.fingerprintRoot,) = leafProof(made.instanceId, 0);
        bytes memory first = signature(HOST_KEY, digest(OmlProtocol.structHash(accepted)));
        bytes memory second = signature(HOST_KEY, digest(OmlProtocol.structHash(made)));
        vm.prank(owner);
        return registry.publishInstance(accepted, first, made, second);
    }

    function keyText(uint32 index) internal pure returns (bytes memory) {
        return abi.encodePacked("Tell me of lighthouse number ", vm.toString(uint256(index)));
    }

    function saltOf(uint32 index) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", index));
    }

    function fingerprint(bytes32 instance, uint32 index) internal view returns (bytes32) {
        bytes32[] storage known = _leaves[instance];
        if (known.length != 0) {
            return known[index];
        }
        return OmlProtocol.leaf(
            modelId, instance, index, keccak256(keyText(index)), keccak256(RESPONSE), saltOf(index)
        );
    }

    /// 64 leaves, and four levels above that stand for the others.
    function leafProof(bytes32 instance, uint32 index) internal view returns (bytes32 root, bytes32[] memory path) {
        bytes32[] memory leaves = _leaves[instance];
        bytes32[] memory lower;
        (root, lower) = Trees.proof(leaves, index);
        path = new bytes32[](10);
        for (uint256 i = 0; i < 6; i++) {
            path[i] = lower[i];
        }
        for (uint256 i = 6; i < 10; i++) {
            path[i] = keccak256(abi.encode("other half", i));
            root = root < path[i]
                ? keccak256(abi.encodePacked(root, path[i]))
                : keccak256(abi.encodePacked(path[i], root));
        }
    }

    function weightOf(uint32 index) internal pure returns (uint16) {
        return uint16(1 + index % 3);
    }

    function planProof(uint32 index) internal view returns (bytes32 root, bytes32[] memory path) {
        if (_leaves[traced].length == 0) {
            return (keccak256("no plan"), new bytes32[](0));
        }
        bytes32[] memory hashes = new bytes32[](QUESTIONS);
        for (uint32 i = 0; i < QUESTIONS; i++) {
            hashes[i] = keccak256(abi.encodePacked("oml.plan.v1", fingerprint(traced, i), weightOf(i)));
        }
        return Trees.orderedProof(hashes, index);
    }

    function plan() internal view returns (IPanelCourt.Plan memory made) {
        (bytes32 root,) = planProof(0);
        return IPanelCourt.Plan(kind, traced, root, QUESTIONS, codeThreshold, TARGET);
    }

    function planIdOf(address sender, IPanelCourt.Plan memory made) internal view returns (bytes32) {
        return OmlProtocol.commitment(address(panelCourt), sender, keccak256(abi.encode(made)), planNonce);
    }

    function commitPlan() internal {
        planId = planIdOf(prover, plan());
        vm.prank(prover);
        panelCourt.commitPlan(planId);
    }

    function drawn() internal returns (address[] memory) {
        commitPlan();
        vm.roll(block.number + SEED_DELAY + 1);
        vm.warp(block.timestamp + 60);
        provers.drawPanel(planId);
        return provers.membersOf(planId);
    }

    function answerOf(uint32 index) internal view returns (bytes memory) {
        return index < hitsGiven ? ANSWER : MISS;
    }

    function attestation(uint32 index) internal view returns (OmlProtocol.Attestation memory) {
        bytes memory answer = answerOf(index);
        uint64 askedAt = provers.panelOf(planId).drawnAt + 100 + 10 * index;
        return OmlProtocol.Attestation({
            planId: planId,
            prover: provers.membersOf(planId)[index % SIZE],
            leafIndex: index,
            keyHash: keccak256(keyText(index)),
            answerPrefixHash: OmlProtocol.answerPrefixHash(uint64(answer.length), answer),
            targetHash: TARGET,
            askedAt: askedAt,
            answeredAt: askedAt + 2,
            missingReceipt: receiptsMissing
        });
    }

    function nonceOf(uint32 index) internal pure returns (bytes32) {
        return keccak256(abi.encode("nonce", index));
    }

    /// A member's answers: question `place`, `place + 9`, …
    function answersOf(uint256 place) internal view returns (bytes32[] memory leaves) {
        leaves = new bytes32[](QUESTIONS / SIZE);
        for (uint256 i = 0; i < leaves.length; i++) {
            uint32 index = uint32(place + i * SIZE);
            leaves[i] = provers.answerLeaf(OmlProtocol.structHash(attestation(index)), nonceOf(index));
        }
    }

    function commitAnswersOf(uint256 place) internal {
        bytes32[] memory leaves = answersOf(place);
        (bytes32 root,) = Trees.proof(leaves, 0);
        address member = provers.membersOf(planId)[place];
        vm.prank(member);
        provers.commitAnswers(planId, place, root, uint16(leaves.length));
    }

    /// Drawn, asked and committed; the time for revealing has come.
    function answered() internal {
        drawn();
        vm.warp(provers.panelOf(planId).drawnAt + 1 days);
        for (uint256 place = 0; place < SIZE; place++) {
            commitAnswersOf(place);
        }
        vm.warp(provers.answerUntil(planId) + 1);
    }

    function signed(OmlProtocol.Attestation memory made) internal view returns (bytes memory) {
        return signature(keyOf[made.prover], digest(OmlProtocol.structHash(made)));
    }

    function answerPath(uint32 index) internal view returns (bytes32[] memory path) {
        (, path) = Trees.proof(answersOf(index % SIZE), index / SIZE);
    }

    function reveal(uint32 index) internal {
        OmlProtocol.Attestation memory made = attestation(index);
        bytes32[] memory path = answerPath(index);
        bytes memory by = signed(made);
        provers.revealAnswer(made, by, nonceOf(index), path);
    }

    /// And everything is revealed.
    function revealed() internal {
        answered();
        for (uint32 i = 0; i < QUESTIONS; i++) {
            reveal(i);
        }
    }

    function openPlan() internal {
        IPanelCourt.Plan memory made = plan();
        vm.prank(prover);
        panelCourt.openPlan(made, planNonce);
    }

    function opening(uint32 index) internal view returns (IPanelCourt.Opening memory made) {
        made.index = index;
        made.key = keyText(index);
        made.response = RESPONSE;
        made.leafSalt = saltOf(index);
        (, made.leafProof) = leafProof(traced, index);
        made.weight = weightOf(index);
        (, made.planProof) = planProof(index);
        made.answerLength = uint64(answerOf(index).length);
        made.answerPrefix = answerOf(index);
    }

    function openAsk(uint32 index) internal {
        OmlProtocol.Attestation memory made = attestation(index);
        IPanelCourt.Opening memory with = opening(index);
        panelCourt.openAsk(made, with);
    }

    /// And the plan and so many hits are opened.
    function opened(uint256 hits) internal {
        revealed();
        openPlan();
        for (uint32 i = 0; i < hits; i++) {
            openAsk(i);
        }
    }

    function permitFor(uint32 index) internal view returns (OmlProtocol.Permit memory made) {
        made = permit();
        made.instanceId = traced;
        made.serial = 1000 + index;
        made.queryHash = OmlProtocol.queryHash(QUERY_SALT, CONTEXT, keccak256(keyText(index)));
        made.issuedAt = attestation(index).askedAt;
        made.expiresAt = made.issuedAt + 300;
    }

    function signedPermit(OmlProtocol.Permit memory made) internal view returns (bytes memory) {
        return signature(SIGNER_KEY, digest(OmlProtocol.structHash(made)));
    }

    function rebut(uint32 index) internal {
        OmlProtocol.Attestation memory made = attestation(index);
        OmlProtocol.Permit memory with = permitFor(index);
        bytes memory by = signedPermit(with);
        panelCourt.rebutAsk(made, QUERY_SALT, CONTEXT, with, by);
    }

    function afterWindow() internal {
        vm.warp(panelCourt.trialOf(planId).rebuttableUntil + 1);
    }

    function state() internal view returns (IPanelCourt.State) {
        return panelCourt.trialOf(planId).state;
    }
}
