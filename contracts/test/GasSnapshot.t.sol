// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {IPanelCourt} from "../src/interfaces/IPanelCourt.sol";
import {IPenaltyCourt} from "../src/interfaces/IPenaltyCourt.sol";
import {PanelWorld} from "./PanelWorld.sol";

/// @title What the courts' calls cost, kept in gas-snapshots/Courts.json and bounded here
/// @notice Every figure is what the call used, as forge's gas report has it, without the 21,000 and the calldata of the
/// transaction around it; the call finds cold storage, as a transaction does. Proofs are 10 deep, as for 1,024 fingerprints.
contract GasSnapshotTest is PanelWorld {
    uint256 private constant REVEAL = 250_000;
    uint256 private constant REBUT = 150_000;
    uint256 private constant FINALISE = 150_000;

    function testCaseWithoutPermit() public {
        OmlProtocol.Permit memory named = permitFor();
        IPenaltyCourt.Evidence memory evidence = deepEvidence(OmlProtocol.structHash(named));
        committed(evidence);
        bytes32 caseId = abi.decode(
            run(prover, address(court), abi.encodeCall(court.reveal, (evidence, NONCE)), "reveal", REVEAL), (bytes32)
        );
        uint256 before = vm.snapshotState();
        bytes memory by = signedPermit(named);
        run(thief, address(court), abi.encodeCall(court.rebut, (evidence.receipt, named, by)), "rebut", REBUT);
        vm.revertToState(before);
        vm.warp(block.timestamp + WINDOW + 1);
        run(thief, address(court), abi.encodeCall(court.finalise, (caseId)), "finalise", FINALISE);
        vm.warp(block.timestamp + PAYOUT_DELAY);
        run(thief, address(court), abi.encodeCall(court.payout, (caseId)), "payout", FINALISE);
    }

    function testCaseOfDoubleUse() public {
        bytes32 named = OmlProtocol.structHash(permitFor());
        IPenaltyCourt.DoubleUse memory evidence;
        evidence.first = receiptNaming(named);
        evidence.second = receiptNaming(named);
        evidence.first.servedAt = uint64(block.timestamp) - 5;
        evidence.second.servedAt = uint64(block.timestamp) - 4;
        evidence.firstSignature = signature(GATEWAY_KEY, digest(OmlProtocol.structHash(evidence.first)));
        evidence.secondSignature = signature(GATEWAY_KEY, digest(OmlProtocol.structHash(evidence.second)));
        bytes32 made =
            OmlProtocol.commitment(address(court), prover, keccak256(abi.encode(evidence)), NONCE);
        vm.prank(prover);
        court.commit(made);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        bytes32 caseId = abi.decode(
            run(
                prover,
                address(court),
                abi.encodeCall(court.revealDoubleUse, (evidence, NONCE)),
                "revealDoubleUse",
                REVEAL
            ),
            (bytes32)
        );
        vm.warp(block.timestamp + WINDOW + 1);
        run(thief, address(court), abi.encodeCall(court.finalise, (caseId)), "finaliseDoubleUse", FINALISE);
    }

    function testCaseOfAPanel() public {
        commitPlan();
        vm.roll(block.number + SEED_DELAY + 1);
        run(thief, address(provers), abi.encodeCall(provers.drawPanel, (planId)), "drawPanel", 700_000);
        vm.warp(provers.panelOf(planId).drawnAt + 1 days);
        for (uint256 place = 0; place < SIZE; place++) {
            commitAnswersOf(place);
        }
        vm.warp(provers.answerUntil(planId) + 1);
        for (uint32 i = 1; i < QUESTIONS; i++) {
            reveal(i);
        }
        IPanelCourt.Plan memory made = plan();
        run(prover, address(panelCourt), abi.encodeCall(panelCourt.openPlan, (made, planNonce)), "openPlan", REVEAL);
        for (uint32 i = 1; i < LEAST; i++) {
            openAsk(i);
        }
        revealOne();
        OmlProtocol.Attestation memory asked = attestation(0);
        IPanelCourt.Opening memory with = opening(0);
        run(thief, address(panelCourt), abi.encodeCall(panelCourt.openAsk, (asked, with)), "openAsk", REVEAL);
        uint256 before = vm.snapshotState();
        OmlProtocol.Permit memory named = permitFor(0);
        bytes memory by = signedPermit(named);
        run(
            host,
            address(panelCourt),
            abi.encodeCall(panelCourt.rebutAsk, (asked, QUERY_SALT, CONTEXT, named, by)),
            "rebutAsk",
            REBUT
        );
        vm.revertToState(before);
        afterWindow();
        run(thief, address(panelCourt), abi.encodeCall(panelCourt.decide, (planId)), "decide", FINALISE);
        vm.warp(block.timestamp + PANEL_PAYOUT_DELAY);
        run(thief, address(panelCourt), abi.encodeCall(panelCourt.payout, (planId)), "payoutOfAPanel", 600_000);
    }

    function revealOne() private {
        OmlProtocol.Attestation memory asked = attestation(0);
        bytes memory by = signed(asked);
        bytes32[] memory path = answerPath(0);
        run(
            thief,
            address(provers),
            abi.encodeCall(provers.revealAnswer, (asked, by, nonceOf(0), path)),
            "revealAnswer",
            REVEAL
        );
    }

    function permitFor() private view returns (OmlProtocol.Permit memory made) {
        made = permit();
        made.instanceId = traced;
        made.queryHash = OmlProtocol.queryHash(QUERY_SALT, CONTEXT, keccak256(keyText(0)));
        made.issuedAt = uint64(block.timestamp) - 10;
        made.expiresAt = made.issuedAt + 300;
    }

    function deepEvidence(bytes32 named) private view returns (IPenaltyCourt.Evidence memory evidence) {
        OmlProtocol.Receipt memory receipt = receiptNaming(named);
        receipt.instanceId = traced;
        receipt.queryHash = OmlProtocol.queryHash(QUERY_SALT, CONTEXT, keccak256(keyText(0)));
        receipt.servedAt = uint64(block.timestamp) - 5;
        evidence = sealedBy(GATEWAY_KEY, receipt);
        evidence.opening.key = keyText(0);
        evidence.opening.leafSalt = saltOf(0);
        (, evidence.opening.leafProof) = leafProof(traced, 0);
    }

    /// Calls with cold storage, keeps the figure, and bounds it.
    function run(address sender, address target, bytes memory data, string memory name, uint256 bound)
        private
        returns (bytes memory result)
    {
        vm.cool(target);
        vm.cool(address(staking));
        vm.cool(address(registry));
        vm.cool(address(ledger));
        vm.cool(address(provers));
        vm.cool(address(token));
        vm.prank(sender);
        bool done;
        (done, result) = target.call(data);
        assertTrue(done, name);
        uint256 used = vm.lastCallGas().gasTotalUsed;
        assertTrue(used <= bound, string.concat(name, ": ", vm.toString(used)));
        vm.snapshotValue("Courts", name, used);
    }
}
