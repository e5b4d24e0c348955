// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {PenaltyCourt} from "../src/PenaltyCourt.sol";
import {IHostStaking} from "../src/interfaces/IHostStaking.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IPenaltyCourt} from "../src/interfaces/IPenaltyCourt.sol";
import {World} from "./World.sol";

contract PenaltyCourtTest is World {
    function testConvictsAndDividesTheSlash() public {
        bytes32 caseId = kept(evidenceNaming(keccak256("no such permit")));
        assertEq(court.owed(prover), BOND, "the bond comes back at the reveal");
        assertEq(staking.stakeOf(modelId, host).locked, PENALTY, "locked");

        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.TooEarly.selector, block.timestamp + 1));
        court.finalise(caseId);
        vm.warp(block.timestamp + 1);
        court.finalise(caseId);
        assertEq(staking.stakeOf(modelId, host).active, STAKE - PENALTY, "slashed");
        assertTrue(court.isLeafSpent(leafOf(instanceId, 0)), "the leaf is spent");

        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.TooEarly.selector, block.timestamp + PAYOUT_DELAY));
        court.payout(caseId);
        vm.warp(block.timestamp + PAYOUT_DELAY);
        court.payout(caseId);
        assertEq(court.owed(prover), BOND + PENALTY / 10, "a tenth and the bond");
        assertEq(court.owed(community), PENALTY - PENALTY / 10, "the rest is the community's");
        uint256 before = token.balanceOf(prover);
        court.collect(prover);
        court.collect(community);
        assertEq(token.balanceOf(prover), before + BOND + PENALTY / 10, "collected");
        assertEq(token.balanceOf(address(court)), 0, "nothing is left over");
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.NothingOwed.selector, prover));
        court.collect(prover);
    }

    function testAPermitAcquits() public {
        bytes32 caseId = kept(evidenceNaming(OmlProtocol.structHash(permit())));
        vm.prank(thief);
        court.rebut(_receipt, permit(), permitSignature(permit()));
        IHostStaking.Stake memory stake = staking.stakeOf(modelId, host);
        assertEq(stake.locked, 0, "released");
        assertEq(stake.openCases, 0, "closed");
        assertEq(court.owed(prover), BOND, "a prover in error keeps its bond");
        assertTrue(!court.isLeafSpent(leafOf(instanceId, 0)), "a lost case spends no leaf");

        vm.expectRevert(stateError(caseId, IPenaltyCourt.State.REVEALED, IPenaltyCourt.State.REBUTTED));
        court.rebut(_receipt, permit(), permitSignature(permit()));
        vm.warp(block.timestamp + WINDOW + 1);
        vm.expectRevert(stateError(caseId, IPenaltyCourt.State.REVEALED, IPenaltyCourt.State.REBUTTED));
        court.finalise(caseId);
    }

    function testAPermitSignedInABatchAcquits() public {
        bytes32 caseId = kept(evidenceNaming(OmlProtocol.structHash(permit())));
        bytes memory others = batchAuthority(SIGNER_KEY, freshOther());
        vm.expectPartialRevert(IPenaltyCourt.PermitSignerInvalid.selector);
        court.rebut(_receipt, permit(), others);
        bytes memory forged = batchAuthority(HOST_KEY, permit());
        vm.expectRevert(
            abi.encodeWithSelector(IPenaltyCourt.PermitSignerInvalid.selector, host, permit().issuedAt)
        );
        court.rebut(_receipt, permit(), forged);
        bytes memory authority = batchAuthority(SIGNER_KEY, permit());
        vm.expectRevert(OmlProtocol.PermitAuthorityMalformed.selector);
        court.rebut(_receipt, permit(), bytes.concat(authority, hex"00"));
        court.rebut(_receipt, permit(), authority);
        assertTrue(court.caseOf(caseId).state == IPenaltyCourt.State.REBUTTED, "acquitted");
    }

    function testABlankPermitFitsEveryQuery() public {
        OmlProtocol.Permit memory blank = permit();
        blank.queryHash = 0;
        bytes32 caseId = kept(evidenceNaming(OmlProtocol.structHash(blank)));
        court.rebut(_receipt, blank, permitSignature(blank));
        assertTrue(court.caseOf(caseId).state == IPenaltyCourt.State.REBUTTED, "acquitted");
    }

    function testRebutsUntilTheLastSecond() public {
        kept(evidenceNaming(OmlProtocol.structHash(permit())));
        uint64 latest = uint64(block.timestamp) + WINDOW;
        vm.warp(latest + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.TooLate.selector, latest));
        court.rebut(_receipt, permit(), permitSignature(permit()));
        vm.warp(latest);
        court.rebut(_receipt, permit(), permitSignature(permit()));
    }

    function testAForgedPermitDoesNotAcquit() public {
        kept(evidenceNaming(OmlProtocol.structHash(permit())));
        bytes memory forged = signature(HOST_KEY, digest(OmlProtocol.structHash(permit())));
        vm.expectRevert(
            abi.encodeWithSelector(IPenaltyCourt.PermitSignerInvalid.selector, host, permit().issuedAt)
        );
        court.rebut(_receipt, permit(), forged);
    }

    function testAPermitSignedAfterTheKeysEndDoesNotAcquit() public {
        uint64 end = uint64(block.timestamp) + NOTICE;
        vm.prank(owner);
        ledger.retireSigner(vm.addr(SIGNER_KEY), end);
        vm.warp(end + 100);
        OmlProtocol.Permit memory late = permit();
        late.issuedAt = end;
        late.expiresAt = end + 300;
        OmlProtocol.Receipt memory receipt = receiptNaming(OmlProtocol.structHash(late));
        receipt.servedAt = end + 1;
        kept(sealedBy(GATEWAY_KEY, receipt));
        vm.expectRevert(
            abi.encodeWithSelector(IPenaltyCourt.PermitSignerInvalid.selector, vm.addr(SIGNER_KEY), end)
        );
        court.rebut(_receipt, late, permitSignature(late));
    }

    function testAPermitSignedBeforeTheKeysEndAcquits() public {
        kept(evidenceNaming(OmlProtocol.structHash(permit())));
        uint64 end = uint64(block.timestamp) + NOTICE;
        vm.prank(owner);
        ledger.retireSigner(vm.addr(SIGNER_KEY), end);
        vm.warp(end + 1);
        court.rebut(_receipt, permit(), permitSignature(permit()));
    }

    function testAPermitOfLaterDoesNotAcquit() public {
        OmlProtocol.Permit memory late = permit();
        late.issuedAt = start + 13;
        unfit(late, notCovering(late));
    }

    function testAnExpiredPermitDoesNotAcquit() public {
        OmlProtocol.Permit memory early = permit();
        early.expiresAt = start + 11;
        unfit(early, notCovering(early));
    }

    function testAPermitThatLivesTooLongDoesNotAcquit() public {
        OmlProtocol.Permit memory long = permit();
        long.expiresAt = long.issuedAt + 601;
        unfit(long, notCovering(long));
    }

    function testAnotherModelsPermitDoesNotAcquit() public {
        OmlProtocol.Permit memory other = permit();
        other.modelId = keccak256("other");
        unfit(other, mismatch("modelId"));
    }

    function testAnotherHostsPermitDoesNotAcquit() public {
        OmlProtocol.Permit memory other = permit();
        other.host = thief;
        unfit(other, mismatch("host"));
    }

    function testAnotherInstancesPermitDoesNotAcquit() public {
        OmlProtocol.Permit memory other = permit();
        other.instanceId = keccak256("other");
        unfit(other, mismatch("instanceId"));
    }

    function testAnotherQuerysPermitDoesNotAcquit() public {
        OmlProtocol.Permit memory other = permit();
        other.queryHash = keccak256("other");
        unfit(other, mismatch("queryHash"));
    }

    function testAPermitFetchedAfterwardsDoesNotAcquit() public {
        kept(evidenceNaming(keccak256("named before")));
        bytes memory signed = permitSignature(permit());
        vm.expectRevert(mismatch("permitHash"));
        court.rebut(_receipt, permit(), signed);
    }

    function testAReceiptWithoutPermitCannotBeRebutted() public {
        bytes32 caseId = kept(evidenceNaming(0));
        bytes memory signed = permitSignature(permit());
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.ReceiptNamesNoPermit.selector, caseId));
        court.rebut(_receipt, permit(), signed);
    }

    function testACopiedRevealHasNoCommitment() public {
        IPenaltyCourt.Evidence memory evidence = committed(evidenceNaming(0));
        bytes32 thiefs = commitmentOf(thief, evidence);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.CommitmentUnknown.selector, thiefs));
        vm.prank(thief);
        court.reveal(evidence, NONCE);
        vm.prank(thief);
        court.commit(thiefs);
        vm.prank(prover);
        court.reveal(evidence, NONCE);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        vm.expectPartialRevert(IPenaltyCourt.CaseExists.selector);
        vm.prank(thief);
        court.reveal(evidence, NONCE);
    }

    /// Whoever copies a commitment out of the pool binds a bond to evidence that only its author can reveal.
    function testACopiedCommitmentCostsTheCopierItsBond() public {
        IPenaltyCourt.Evidence memory evidence = evidenceNaming(0);
        bytes32 copied = commitmentOf(prover, evidence);
        vm.prank(thief);
        court.commit(copied);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.CommitmentUnknown.selector, copied));
        vm.prank(prover);
        court.reveal(evidence, NONCE);
        vm.warp(block.timestamp + REVEAL_MAXIMUM - REVEAL_MINIMUM);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.TooEarly.selector, block.timestamp + 1));
        court.forfeit(copied);
        vm.warp(block.timestamp + 1);
        court.forfeit(copied);
        assertEq(court.owed(address(0xF0)), BOND, "forfeited");
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.CommitmentUnknown.selector, copied));
        court.forfeit(copied);
    }

    function testNoRewardWithoutCommit() public {
        IPenaltyCourt.Evidence memory evidence = evidenceNaming(0);
        bytes32 missing = commitmentOf(prover, evidence);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.CommitmentUnknown.selector, missing));
        vm.prank(prover);
        court.reveal(evidence, NONCE);
    }

    function testRevealsNeitherTooEarlyNorTooLate() public {
        IPenaltyCourt.Evidence memory evidence = evidenceNaming(0);
        commitAs(prover, evidence);
        uint64 then = uint64(block.timestamp);
        vm.warp(then + REVEAL_MINIMUM - 1);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.TooEarly.selector, then + REVEAL_MINIMUM));
        vm.prank(prover);
        court.reveal(evidence, NONCE);
        vm.warp(then + REVEAL_MAXIMUM + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.TooLate.selector, then + REVEAL_MAXIMUM));
        vm.prank(prover);
        court.reveal(evidence, NONCE);
        vm.warp(then + REVEAL_MAXIMUM);
        vm.prank(prover);
        court.reveal(evidence, NONCE);
    }

    function testACaseIsHeardOnce() public {
        IPenaltyCourt.Evidence memory evidence = evidenceNaming(0);
        bytes32 caseId = kept(evidence);
        bytes32 again = commitAs(thief, evidence);
        vm.warp(block.timestamp + WINDOW - 1);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.CaseExists.selector, caseId));
        vm.prank(thief);
        court.reveal(evidence, NONCE);
        vm.warp(block.timestamp + 2);
        court.finalise(caseId);
        vm.expectRevert(stateError(caseId, IPenaltyCourt.State.REVEALED, IPenaltyCourt.State.CONVICTED));
        court.finalise(caseId);
        vm.warp(block.timestamp + PAYOUT_DELAY);
        court.payout(caseId);
        vm.expectRevert(stateError(caseId, IPenaltyCourt.State.CONVICTED, IPenaltyCourt.State.PAID));
        court.payout(caseId);
        assertTrue(court.commitmentOf(again).prover == thief, "its bond is still there to forfeit");
    }

    /// The second prover is late, not at fault: its case counts, its bond comes back, the reward is the first's.
    function testALeafIsRewardedOnce() public {
        bytes32 first = revealed(evidenceNaming(0));
        OmlProtocol.Receipt memory other = receiptNaming(0);
        other.servedAt++;
        IPenaltyCourt.Evidence memory evidence = sealedBy(GATEWAY_KEY, other);
        vm.warp(block.timestamp + WINDOW + 1);
        commitAs(thief, evidence);
        court.finalise(first);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        vm.prank(thief);
        bytes32 second = court.reveal(evidence, NONCE);
        vm.warp(block.timestamp + WINDOW + 1);
        court.finalise(second);
        vm.warp(block.timestamp + PAYOUT_DELAY);
        court.payout(first);
        court.payout(second);
        assertEq(court.owed(prover), BOND + PENALTY / 10, "the first is rewarded");
        assertEq(court.owed(thief), BOND, "the second gets its bond");
    }

    function testWithoutAnOpeningThereIsNoReward() public {
        IPenaltyCourt.Evidence memory evidence = evidenceNaming(0);
        delete evidence.opening;
        bytes32 caseId = kept(evidence);
        vm.warp(block.timestamp + WINDOW + 1);
        court.finalise(caseId);
        vm.warp(block.timestamp + PAYOUT_DELAY);
        court.payout(caseId);
        assertEq(court.owed(prover), BOND, "the bond alone");
        assertEq(court.owed(community), PENALTY, "all of it");
    }

    function testRefusesAReceiptThatTheGatewayDidNotSign() public {
        refused(
            sealedBy(HOST_KEY, receiptNaming(0)),
            abi.encodeWithSelector(IPenaltyCourt.ReceiptNotFromGateway.selector, host, vm.addr(GATEWAY_KEY))
        );
    }

    function testRefusesAReceiptOfAnotherHost() public {
        OmlProtocol.Receipt memory foreign = receiptNaming(0);
        foreign.host = thief;
        refused(
            sealedBy(GATEWAY_KEY, foreign), abi.encodeWithSelector(IPenaltyCourt.ReceiptMismatch.selector, "host")
        );
    }

    function testRefusesAReceiptOfAnotherModel() public {
        OmlProtocol.Receipt memory foreign = receiptNaming(0);
        foreign.modelId = keccak256("other");
        refused(
            sealedBy(GATEWAY_KEY, foreign), abi.encodeWithSelector(IPenaltyCourt.ReceiptMismatch.selector, "modelId")
        );
    }

    function testRefusesAReceiptOfAnUnknownInstance() public {
        OmlProtocol.Receipt memory foreign = receiptNaming(0);
        foreign.instanceId = keccak256("other");
        refused(
            sealedBy(GATEWAY_KEY, foreign),
            abi.encodeWithSelector(IPenaltyCourt.ReceiptUnknownInstance.selector, foreign.instanceId)
        );
    }

    function testRefusesAnOpeningReceipt() public {
        OmlProtocol.Receipt memory first = receiptNaming(0);
        first.responseRoot = 0;
        refused(sealedBy(GATEWAY_KEY, first), abi.encodeWithSelector(IPenaltyCourt.ReceiptIsOpening.selector));
    }

    function testRefusesAReceiptFromBeforeTheActivation() public {
        OmlProtocol.Receipt memory early = receiptNaming(0);
        early.servedAt = start - 1;
        refused(
            sealedBy(GATEWAY_KEY, early),
            abi.encodeWithSelector(IPenaltyCourt.ReceiptBeforeActivation.selector, start - 1, start)
        );
    }

    function testRefusesAReceiptFromAfterTheCommit() public {
        OmlProtocol.Receipt memory late = receiptNaming(0);
        late.servedAt = uint64(block.timestamp) + 1;
        refused(
            sealedBy(GATEWAY_KEY, late),
            abi.encodeWithSelector(IPenaltyCourt.ReceiptAfterCommit.selector, late.servedAt, late.servedAt - 1)
        );
    }

    function testARewardOfAnOddPenaltyIsRoundedDown() public {
        vm.prank(host);
        staking.requestExit(modelId, STAKE);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(host);
        staking.withdraw(modelId);
        vm.prank(host);
        staking.deposit(modelId, 19);
        OmlProtocol.Receipt memory receipt = receiptNaming(0);
        receipt.servedAt = uint64(block.timestamp);
        bytes32 caseId = revealed(sealedBy(GATEWAY_KEY, receipt));
        vm.warp(block.timestamp + WINDOW + 1);
        court.finalise(caseId);
        vm.warp(block.timestamp + PAYOUT_DELAY);
        court.payout(caseId);
        assertEq(court.owed(prover), BOND + 1, "a tenth of nineteen");
        assertEq(court.owed(community), 18, "the rest");
    }

    function testRefusesAReceiptThatIsTooOld() public {
        OmlProtocol.Receipt memory old = receiptNaming(0);
        vm.warp(old.servedAt + MAXIMUM_AGE + 1);
        refused(
            sealedBy(GATEWAY_KEY, old),
            abi.encodeWithSelector(IPenaltyCourt.ReceiptTooOld.selector, old.servedAt, old.servedAt + 1)
        );
    }

    function testTheOldGatewayKeyStaysAnswerableForItsTime() public {
        uint64 from = uint64(block.timestamp) + NOTICE;
        address fresh = vm.addr(0xF4E54);
        vm.prank(host);
        registry.replaceGatewayKey(instanceId, fresh, from);
        vm.warp(from + 10);
        OmlProtocol.Receipt memory served = receiptNaming(0);
        served.servedAt = from;
        refused(
            sealedBy(GATEWAY_KEY, served),
            abi.encodeWithSelector(
                IPenaltyCourt.ReceiptNotFromGateway.selector, vm.addr(GATEWAY_KEY), fresh
            )
        );
        revealed(evidenceNaming(0));
    }

    function testRefusesAWrongLeafProof() public {
        IPenaltyCourt.Evidence memory evidence = evidenceNaming(0);
        evidence.opening.leafProof[0] = keccak256("other");
        refused(evidence, part("leaf"));
    }

    function testRefusesAnInventedResponse() public {
        IPenaltyCourt.Evidence memory evidence = evidenceNaming(0);
        evidence.opening.response = "keeper of";
        refused(evidence, part("leaf"));
    }

    function testRefusesAnotherQuestion() public {
        IPenaltyCourt.Evidence memory evidence = evidenceNaming(0);
        evidence.opening.querySalt = keccak256("other");
        refused(evidence, part("query"));
    }

    function testRefusesAContextThatTheTermsDoNotAllow() public {
        OmlProtocol.Receipt memory forced = receiptNaming(0);
        forced.queryHash = OmlProtocol.queryHash(QUERY_SALT, keccak256("forced"), keccak256(KEY));
        IPenaltyCourt.Evidence memory evidence = sealedBy(GATEWAY_KEY, forced);
        evidence.opening.ctxHash = keccak256("forced");
        refused(evidence, part("context"));
    }

    function testRefusesAnotherAnswer() public {
        IPenaltyCourt.Evidence memory evidence = evidenceNaming(0);
        evidence.opening.answerPrefix = "keeper of the night";
        refused(evidence, part("answer"));
    }

    function testRefusesAPrefixCutBehindTheResponse() public {
        OmlProtocol.Receipt memory receipt = receiptNaming(0);
        receipt.responseRoot = OmlProtocol.responseRoot(QUERY_SALT, 7, "keeper", keccak256("s"));
        IPenaltyCourt.Evidence memory evidence = sealedBy(GATEWAY_KEY, receipt);
        evidence.opening.answerPrefix = "keeper";
        evidence.opening.answerLength = 7;
        evidence.opening.restHash = keccak256("s");
        refused(evidence, part("answer"));
    }

    function testRefusesALongerWord() public {
        OmlProtocol.Receipt memory receipt = receiptNaming(0);
        receipt.responseRoot = OmlProtocol.responseRoot(QUERY_SALT, 7, "keepers", keccak256(""));
        IPenaltyCourt.Evidence memory evidence = sealedBy(GATEWAY_KEY, receipt);
        evidence.opening.answerPrefix = "keepers";
        evidence.opening.answerLength = 7;
        refused(evidence, part("response"));
    }

    function testTakesWhatIsLeftOfTheStake() public {
        bytes32[] memory cases = new bytes32[](4);
        for (uint64 i = 0; i < 4; i++) {
            OmlProtocol.Receipt memory receipt = receiptNaming(0);
            receipt.servedAt += i;
            cases[i] = revealed(sealedBy(GATEWAY_KEY, receipt));
        }
        assertEq(court.caseOf(cases[2]).penalty, STAKE - 2 * PENALTY, "the rest");
        assertEq(court.caseOf(cases[3]).penalty, 0, "nothing is left, and yet the bond comes back");
        assertEq(court.owed(prover), 4 * BOND, "bonds");
        vm.warp(block.timestamp + WINDOW + 1);
        for (uint256 i = 0; i < 4; i++) {
            court.finalise(cases[i]);
        }
        assertEq(staking.stakeOf(modelId, host).active, 0, "all is gone");
    }

    function testProductionHasNoShortTimes() public {
        IPenaltyCourt.Parameters memory chosen = parameters();
        chosen.revealMinimum = 9 minutes;
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.ParametersInvalid.selector, "revealMinimum"));
        new PenaltyCourt(token, registry, staking, ledger, chosen);
        chosen = parameters();
        chosen.revealMaximum = 2 days + 1;
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.ParametersInvalid.selector, "revealMaximum"));
        new PenaltyCourt(token, registry, staking, ledger, chosen);
        chosen = parameters();
        chosen.payoutDelay = 23 hours;
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.ParametersInvalid.selector, "payoutDelay"));
        new PenaltyCourt(token, registry, staking, ledger, chosen);
    }

    function testNoCourtIsWithoutABondOrTimeToReveal() public {
        IPenaltyCourt.Parameters memory chosen = parameters();
        chosen.bond = 0;
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.ParametersInvalid.selector, "bond"));
        new PenaltyCourt(token, registry, staking, ledger, chosen);
        chosen = parameters();
        chosen.forfeitTo = address(0);
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.ParametersInvalid.selector, "forfeitTo"));
        new PenaltyCourt(token, registry, staking, ledger, chosen);
        chosen = parameters();
        chosen.revealMaximum = chosen.revealMinimum;
        vm.expectRevert(abi.encodeWithSelector(IPenaltyCourt.ParametersInvalid.selector, "revealMaximum"));
        new PenaltyCourt(token, registry, staking, ledger, chosen);
    }

    function testTellsWhatItWasDeployedWith() public view {
        assertEq(keccak256(abi.encode(court.parameters())), keccak256(abi.encode(parameters())), "every parameter");
    }

    OmlProtocol.Receipt private _receipt;

    function freshOther() private view returns (OmlProtocol.Permit memory other) {
        other = permit();
        other.serial++;
    }

    function kept(IPenaltyCourt.Evidence memory evidence) private returns (bytes32) {
        _receipt = evidence.receipt;
        return revealed(evidence);
    }

    function unfit(OmlProtocol.Permit memory named, bytes memory with) private {
        kept(evidenceNaming(OmlProtocol.structHash(named)));
        bytes memory signed = permitSignature(named);
        vm.expectRevert(with);
        court.rebut(_receipt, named, signed);
    }

    function permitSignature(OmlProtocol.Permit memory signed) private view returns (bytes memory) {
        return signature(SIGNER_KEY, digest(OmlProtocol.structHash(signed)));
    }

    function mismatch(string memory field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPenaltyCourt.PermitMismatch.selector, field);
    }

    function part(string memory name) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPenaltyCourt.OpeningInvalid.selector, name);
    }

    function notCovering(OmlProtocol.Permit memory named) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IPenaltyCourt.PermitNotCovering.selector, named.issuedAt, start + 12, named.expiresAt
        );
    }

    function stateError(bytes32 caseId, IPenaltyCourt.State expected, IPenaltyCourt.State actual)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IPenaltyCourt.CaseNotIn.selector, caseId, expected, actual);
    }
}

/// @title A court whose cap lies below what the terms allow
contract CourtsCapTest is World {
    uint128 private constant CAP = 7e18;

    function testTheCourtCapsEveryReward() public {
        bytes32 caseId = revealed(evidenceNaming(0));
        vm.warp(block.timestamp + WINDOW + 1);
        court.finalise(caseId);
        vm.warp(block.timestamp + PAYOUT_DELAY);
        court.payout(caseId);
        assertEq(court.owed(prover), BOND + CAP, "the cap");
        assertEq(court.owed(community), PENALTY - CAP, "the rest is the community's");
    }

    function parameters() internal pure override returns (IPenaltyCourt.Parameters memory chosen) {
        chosen = super.parameters();
        chosen.rewardCap = CAP;
    }
}

/// @title Terms whose largest reward lies below the court's cap
contract TermsCapTest is World {
    uint128 private constant CAP = 9e18;

    function testTheTermsCapEveryReward() public {
        bytes32 caseId = revealed(evidenceNaming(0));
        vm.warp(block.timestamp + WINDOW + 1);
        court.finalise(caseId);
        vm.warp(block.timestamp + PAYOUT_DELAY);
        court.payout(caseId);
        assertEq(court.owed(prover), BOND + CAP, "the largest reward");
        assertEq(court.owed(community), PENALTY - CAP, "the rest is the community's");
    }

    function terms() internal pure override returns (IModelRegistry.Terms memory chosen) {
        chosen = super.terms();
        chosen.maximumReward = CAP;
    }
}
