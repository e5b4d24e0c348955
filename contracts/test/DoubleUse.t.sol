// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {IPenaltyCourt} from "../src/interfaces/IPenaltyCourt.sol";
import {World} from "./World.sol";

/// @title Cases E: one permit, two answers
contract DoubleUseTest is World {
    bytes32 private constant OTHER = keccak256("other");

    function testOnePermitForTwoQueriesConvicts() public {
        bytes32 caseId = revealed(twoQueries());
        assertEq(court.owed(prover), BOND, "the bond comes back at the reveal");
        assertEq(staking.stakeOf(modelId, host).locked, PENALTY, "locked");
        IPenaltyCourt.Case memory opened = court.caseOf(caseId);
        assertTrue(opened.kind == IPenaltyCourt.Kind.DOUBLE_USE, "kind");
        assertEq(caseId, ~answerOf(twoQueries().second), "the case is the later answer's");
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.TooEarly.selector, block.timestamp + 1));
        court.finalise(caseId);
        vm.warp(block.timestamp + 1);
        court.finalise(caseId);
        assertTrue(court.isAnswerSpent(~caseId), "the answer is spent");
        vm.warp(block.timestamp + PAYOUT_DELAY);
        court.payout(caseId);
        assertEq(court.owed(prover), BOND, "no leaf, no reward");
        assertEq(court.owed(community), PENALTY, "all of it");
    }

    function testEveryFieldButTheResponseRootContradicts() public {
        for (uint256 field = 0; field < 3; field++) {
            IPenaltyCourt.DoubleUse memory evidence = twoQueries();
            evidence.second = abi.decode(abi.encode(evidence.first), (OmlProtocol.Receipt));
            if (field == 0) {
                evidence.second.queryHash = OTHER;
            } else if (field == 1) {
                evidence.second.servedAt++;
            } else {
                evidence.second.clientRef = OTHER;
            }
            if (answerOf(evidence.first) > answerOf(evidence.second)) {
                (evidence.first, evidence.second) = (evidence.second, evidence.first);
            }
            if (field == 1 && evidence.first.servedAt > evidence.second.servedAt) {
                (evidence.first, evidence.second) = (evidence.second, evidence.first);
            }
            revealed(signed(evidence));
        }
        assertEq(staking.stakeOf(modelId, host).openCases, 3, "each is a case");
    }

    function testTwoAnswersToOneQueryConvict() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        evidence.second = abi.decode(abi.encode(evidence.first), (OmlProtocol.Receipt));
        evidence.second.responseRoot = OTHER;
        revealed(signed(evidence));
    }

    function testAnotherInstanceOfTheHostContradicts() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        evidence.second.instanceId = publish(HOST_KEY, 2);
        evidence.second.servedAt = uint64(block.timestamp);
        revealed(signed(evidence));
    }

    function testTheOpeningAndTheFinalReceiptOfOneAnswerAreNoDoubleUse() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        evidence.second = abi.decode(abi.encode(evidence.first), (OmlProtocol.Receipt));
        evidence.second.responseRoot = 0;
        refused(signed(evidence), part("responseRoot"));
        (evidence.first, evidence.second) = (evidence.second, evidence.first);
        refused(signed(evidence), part("responseRoot"));
    }

    function testOneReceiptTwiceIsNoDoubleUse() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        evidence.second = evidence.first;
        refused(signed(evidence), part("responseRoot"));
    }

    function testTwoReceiptsWithoutPermitAreNoDoubleUse() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        (evidence.first.permitHash, evidence.second.permitHash) = (0, 0);
        refused(signed(evidence), part("permitHash"));
    }

    function testTwoPermitsAreNoDoubleUse() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        evidence.second.permitHash = OTHER;
        refused(signed(evidence), part("permitHash"));
    }

    /// Somebody names another host's gateway as its own, which nobody can prevent: its instance is no evidence against that host.
    function testAnotherHostsInstanceWithTheSameKeyIsNoDoubleUse() public {
        uint256 rogue = 0xBAD;
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        evidence.second.instanceId = publish(rogue, 7);
        evidence.second.servedAt = uint64(block.timestamp);
        refused(
            signed(evidence), abi.encodeWithSelector(IPenaltyCourt.ReceiptMismatch.selector, "host")
        );
        evidence.second.host = vm.addr(rogue);
        refused(signed(evidence), part("host"));
    }

    /// A permit is for one model, so that one of both receipts names a permit that does not fit it: that is case R.
    function testReceiptsOfTwoModelsAreNoDoubleUse() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        vm.prank(owner);
        modelId = registry.registerModel("community/other", BASE, LICENCE, terms());
        evidence.second.modelId = modelId;
        evidence.second.instanceId = publish(HOST_KEY, 2);
        evidence.second.servedAt = uint64(block.timestamp);
        refused(signed(evidence), part("modelId"));
    }

    function testReceiptsOfTwoKeysAreNoDoubleUse() public {
        uint64 from = uint64(block.timestamp) + NOTICE;
        vm.prank(host);
        registry.replaceGatewayKey(instanceId, vm.addr(0xF4E54), from);
        vm.warp(from + 10);
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        evidence.second.servedAt = from;
        evidence = signed(evidence);
        evidence.secondSignature = signature(0xF4E54, digest(OmlProtocol.structHash(evidence.second)));
        refused(evidence, part("gatewayKey"));
    }

    function testBothReceiptsMustBeTheGateways() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        bytes memory forged = signature(HOST_KEY, digest(OmlProtocol.structHash(evidence.second)));
        (bytes memory real, bytes memory with) = (evidence.secondSignature, notGateway());
        evidence.secondSignature = forged;
        refused(evidence, with);
        evidence.secondSignature = real;
        evidence.firstSignature = signature(HOST_KEY, digest(OmlProtocol.structHash(evidence.first)));
        refused(evidence, with);
    }

    function testBothReceiptsMustBeRecent() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        vm.warp(evidence.first.servedAt + MAXIMUM_AGE + 1);
        evidence.second.servedAt = uint64(block.timestamp);
        refused(
            signed(evidence),
            abi.encodeWithSelector(
                IPenaltyCourt.ReceiptTooOld.selector, evidence.first.servedAt, evidence.first.servedAt + 1
            )
        );
    }

    function testTheSecondIsTheLater() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        (evidence.first, evidence.second) = (evidence.second, evidence.first);
        refused(signed(evidence), part("order"));
        evidence = twoQueries();
        evidence.second.servedAt = evidence.first.servedAt;
        if (answerOf(evidence.first) < answerOf(evidence.second)) {
            (evidence.first, evidence.second) = (evidence.second, evidence.first);
        }
        refused(signed(evidence), part("order"));
        (evidence.first, evidence.second) = (evidence.second, evidence.first);
        revealed(signed(evidence));
    }

    /// Three answers with one permit are two uses too many, however they are paired.
    function testEveryUseBeyondTheFirstIsOneCase() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        OmlProtocol.Receipt memory third = abi.decode(abi.encode(evidence.second), (OmlProtocol.Receipt));
        third.servedAt++;
        bytes32 one = revealed(evidence);
        bytes32 two = revealed(pair(evidence.second, third));
        assertTrue(one != two, "two cases");
        refused(pair(evidence.first, third), abi.encodeWithSelector(IPenaltyCourt.CaseExists.selector, two));
        OmlProtocol.Receipt memory opened = abi.decode(abi.encode(third), (OmlProtocol.Receipt));
        opened.responseRoot = 0;
        refused(pair(evidence.first, opened), abi.encodeWithSelector(IPenaltyCourt.CaseExists.selector, two));
    }

    function testAPermitDoesNotAcquitOfUsingItTwice() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        revealed(evidence);
        bytes memory valid = signature(SIGNER_KEY, digest(OmlProtocol.structHash(permit())));
        vm.expectPartialRevert(IPenaltyCourt.CaseNotIn.selector);
        court.rebut(evidence.first, permit(), valid);
        vm.expectPartialRevert(IPenaltyCourt.CaseNotIn.selector);
        court.rebut(evidence.second, permit(), valid);
    }

    /// A blank permit fits every query, so that each receipt alone is covered; both together are not.
    function testABlankPermitIsForOneAnswerToo() public {
        OmlProtocol.Permit memory blank = permit();
        blank.queryHash = 0;
        bytes32 named = OmlProtocol.structHash(blank);
        OmlProtocol.Receipt memory first = receiptNaming(named);
        OmlProtocol.Receipt memory second = receiptNaming(named);
        second.servedAt++;
        bytes memory signedPermit = signature(SIGNER_KEY, digest(named));
        revealed(sealedBy(GATEWAY_KEY, first));
        court.rebut(first, blank, signedPermit);
        revealed(sealedBy(GATEWAY_KEY, second));
        court.rebut(second, blank, signedPermit);
        bytes32 caseId = revealed(pair(first, second));
        vm.warp(block.timestamp + WINDOW + 1);
        court.finalise(caseId);
        assertEq(staking.stakeOf(modelId, host).active, STAKE - PENALTY, "once");
    }

    /// One answer, charged as R and as E: the host pays once, whichever is decided first.
    /// Two orders are all there are.
    /// forge-config: default.fuzz.runs = 16
    function testNoAnswerCostsTwoPenalties(bool doubleUseFirst) public {
        OmlProtocol.Receipt memory again = receiptNaming(OmlProtocol.structHash(permit()));
        again.servedAt++;
        IPenaltyCourt.DoubleUse memory evidence = pair(receiptNaming(again.permitHash), again);
        bytes32 double = revealed(evidence);
        bytes32 without = revealed(sealedBy(GATEWAY_KEY, evidence.second));
        assertEq(without, ~double, "the same answer");
        vm.warp(block.timestamp + WINDOW + 1);
        (bytes32 one, bytes32 two) = doubleUseFirst ? (double, without) : (without, double);
        court.finalise(one);
        court.finalise(two);
        assertTrue(court.caseOf(two).state == IPenaltyCourt.State.ABSORBED, "absorbed");
        assertEq(staking.stakeOf(modelId, host).active, STAKE - PENALTY, "once");
        assertEq(staking.stakeOf(modelId, host).locked, 0, "nothing stays locked");
        vm.warp(block.timestamp + PAYOUT_DELAY);
        court.payout(one);
        vm.expectPartialRevert(IPenaltyCourt.CaseNotIn.selector);
        court.payout(two);
        assertEq(
            court.owed(prover), 2 * BOND + (doubleUseFirst ? 0 : PENALTY / 10), "an absorbed case earns nothing"
        );
    }

    function testACopiedRevealHasNoCommitment() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        commitAs(prover, evidence);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        bytes32 thiefs = commitmentOf(thief, evidence);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.CommitmentUnknown.selector, thiefs));
        vm.prank(thief);
        court.revealDoubleUse(evidence, NONCE);
        vm.prank(thief);
        court.commit(thiefs);
        vm.prank(prover);
        court.revealDoubleUse(evidence, NONCE);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        vm.expectPartialRevert(IPenaltyCourt.CaseExists.selector);
        vm.prank(thief);
        court.revealDoubleUse(evidence, NONCE);
        vm.warp(block.timestamp + REVEAL_MAXIMUM);
        court.forfeit(thiefs);
        assertEq(court.owed(address(0xF0)), BOND, "the copier's bond is lost");
    }

    function testRevealsNeitherTooEarlyNorTooLate() public {
        IPenaltyCourt.DoubleUse memory evidence = twoQueries();
        commitAs(prover, evidence);
        uint64 then = uint64(block.timestamp);
        vm.warp(then + REVEAL_MINIMUM - 1);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.TooEarly.selector, then + REVEAL_MINIMUM));
        vm.prank(prover);
        court.revealDoubleUse(evidence, NONCE);
        vm.warp(then + REVEAL_MAXIMUM + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.TooLate.selector, then + REVEAL_MAXIMUM));
        vm.prank(prover);
        court.revealDoubleUse(evidence, NONCE);
    }

    function twoQueries() private view returns (IPenaltyCourt.DoubleUse memory) {
        bytes32 named = OmlProtocol.structHash(permit());
        OmlProtocol.Receipt memory other = receiptNaming(named);
        other.queryHash = OTHER;
        other.servedAt += 2;
        return pair(receiptNaming(named), other);
    }

    function pair(OmlProtocol.Receipt memory first, OmlProtocol.Receipt memory second)
        private
        view
        returns (IPenaltyCourt.DoubleUse memory evidence)
    {
        evidence.first = first;
        evidence.second = second;
        return signed(evidence);
    }

    function signed(IPenaltyCourt.DoubleUse memory evidence) private view returns (IPenaltyCourt.DoubleUse memory) {
        // A copy: structures in memory are references.
        evidence = abi.decode(abi.encode(evidence), (IPenaltyCourt.DoubleUse));
        evidence.firstSignature = signature(GATEWAY_KEY, digest(OmlProtocol.structHash(evidence.first)));
        evidence.secondSignature = signature(GATEWAY_KEY, digest(OmlProtocol.structHash(evidence.second)));
        return evidence;
    }

    function answerOf(OmlProtocol.Receipt memory receipt) private view returns (bytes32) {
        OmlProtocol.Receipt memory bare = abi.decode(abi.encode(receipt), (OmlProtocol.Receipt));
        bare.responseRoot = 0;
        return digest(OmlProtocol.structHash(bare));
    }

    function commitmentOf(address sender, IPenaltyCourt.DoubleUse memory evidence) private view returns (bytes32) {
        return OmlProtocol.commitment(address(court), sender, keccak256(abi.encode(evidence)), NONCE);
    }

    function commitAs(address sender, IPenaltyCourt.DoubleUse memory evidence) private {
        bytes32 made = commitmentOf(sender, evidence);
        vm.prank(sender);
        court.commit(made);
    }

    function revealed(IPenaltyCourt.DoubleUse memory evidence) private returns (bytes32) {
        commitAs(prover, evidence);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        vm.prank(prover);
        return court.revealDoubleUse(evidence, NONCE);
    }

    function refused(IPenaltyCourt.DoubleUse memory evidence, bytes memory with) private {
        commitAs(prover, evidence);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        vm.expectRevert(with);
        vm.prank(prover);
        court.revealDoubleUse(evidence, NONCE);
    }

    function notGateway() private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IPenaltyCourt.ReceiptNotFromGateway.selector, host, vm.addr(GATEWAY_KEY)
        );
    }

    function part(string memory name) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPenaltyCourt.DoubleUseInvalid.selector, name);
    }
}
