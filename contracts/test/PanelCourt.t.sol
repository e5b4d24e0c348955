// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {PanelCourt} from "../src/PanelCourt.sol";
import {IHostStaking} from "../src/interfaces/IHostStaking.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IPanelCourt} from "../src/interfaces/IPanelCourt.sol";
import {IPenaltyCourt} from "../src/interfaces/IPenaltyCourt.sol";
import {HitThresholds} from "../src/panel/HitThresholds.sol";
import {PanelWorld} from "./PanelWorld.sol";
import {Trees} from "./Trees.sol";

/// @title Cases N and T
contract PanelCourtTest is PanelWorld {
    bytes32 private constant OTHER = keccak256("other");

    function testConvictsAndBurnsHalf() public {
        opened(LEAST);
        assertEq(staking.stakeOf(modelId, host).locked, PENALTY, "locked");
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.CONVICTED, "convicted");
        assertEq(staking.stakeOf(modelId, host).active, STAKE - PENALTY, "slashed");
        assertEq(panelCourt.owed(prover), PLAN_BOND, "the bond comes back");
        assertTrue(panelCourt.isLeafSpent(fingerprint(traced, 0)), "the leaf of a hit is spent");
        assertTrue(!panelCourt.isLeafSpent(fingerprint(traced, 35)), "another is not");

        uint256 payable_ = block.timestamp + PANEL_PAYOUT_DELAY;
        vm.warp(payable_ - 1);
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.TooEarly.selector, payable_));
        panelCourt.payout(planId);
        vm.warp(payable_);
        panelCourt.payout(planId);
        uint256 reward = PENALTY / 10;
        uint256 each = reward / 2 / SIZE;
        assertEq(token.balanceOf(BURNED), PENALTY / 2, "half is burned");
        assertEq(panelCourt.owed(prover), PLAN_BOND + reward / 2, "the plan's prover");
        address[] memory members = provers.membersOf(planId);
        for (uint256 i = 0; i < SIZE; i++) {
            assertEq(panelCourt.owed(members[i]), each, "a member");
        }
        assertEq(panelCourt.owed(community), PENALTY / 2 - reward / 2 - each * SIZE, "the rest, with what does not divide");
        collectAll(members);
        assertEq(token.balanceOf(address(panelCourt)), 0, "nothing is left over");
        vm.expectRevert(inState(IPanelCourt.State.CONVICTED, IPanelCourt.State.PAID));
        panelCourt.payout(planId);
        vm.expectRevert(inState(IPanelCourt.State.OPENED, IPanelCourt.State.PAID));
        panelCourt.decide(planId);
    }

    function testOneHitTooFewAcquitsAndCostsTheBond() public {
        opened(LEAST - 1);
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.ACQUITTED, "acquitted");
        assertEq(staking.stakeOf(modelId, host).active, STAKE, "whole");
        assertEq(staking.stakeOf(modelId, host).locked, 0, "released");
        assertEq(staking.stakeOf(modelId, host).openCases, 0, "closed");
        assertEq(panelCourt.owed(FORFEITS), PLAN_BOND, "a plan that showed nothing loses its bond");
        assertTrue(!panelCourt.isLeafSpent(fingerprint(traced, 0)), "a lost case spends no leaf");
        vm.expectRevert(inState(IPanelCourt.State.CONVICTED, IPanelCourt.State.ACQUITTED));
        panelCourt.payout(planId);
    }

    /// A prover who was relayed to an honest host was in error, not at fault.
    function testARebuttalAcquitsAndLeavesTheBond() public {
        opened(LEAST);
        vm.prank(host);
        rebut(3);
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.ACQUITTED, "31 of 35 are too few");
        assertEq(panelCourt.owed(prover), PLAN_BOND, "the bond comes back");
    }

    function testWhatIsRebuttedIsDroppedInN() public {
        rebuttedThirteenTimes(IPanelCourt.Kind.N, IPanelCourt.State.CONVICTED);
    }

    function testWhatIsRebuttedIsMissedInT() public {
        rebuttedThirteenTimes(IPanelCourt.Kind.T, IPanelCourt.State.ACQUITTED);
    }

    function rebuttedThirteenTimes(IPanelCourt.Kind what, IPanelCourt.State verdict) private {
        kind = what;
        opened(QUESTIONS);
        for (uint32 i = 0; i < 13; i++) {
            rebut(i);
        }
        afterWindow();
        panelCourt.decide(planId);
        // 23 of 23 are enough, 23 of 36 are not.
        assertTrue(state() == verdict, "verdict");
    }

    function testTooFewQuestionsAreLeft() public {
        opened(QUESTIONS);
        for (uint32 i = 0; i < 14; i++) {
            rebut(i);
        }
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.ACQUITTED, "22 of 22 convince nobody");
    }

    /// Three members' hits fall; the six others' would do by their number.
    function testFewerMembersThanTheQuorumConvictNobody() public {
        opened(QUESTIONS);
        for (uint32 i = 0; i < QUESTIONS; i++) {
            if (i % SIZE < 3) {
                rebut(i);
            }
        }
        assertTrue(panelCourt.isEnough(24, 24), "24 of 24 would be enough");
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.ACQUITTED, "six members are too few");
    }

    function testSevenMembersAreAQuorum() public {
        opened(QUESTIONS);
        for (uint32 i = 0; i < QUESTIONS; i++) {
            if (i % SIZE < 2) {
                rebut(i);
            }
        }
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.CONVICTED, "28 of 28 by seven");
    }

    function testTheCodesThresholdBindsInTAlone() public {
        codeThreshold = 73; // all 36 questions weigh 72
        kind = IPanelCourt.Kind.T;
        opened(QUESTIONS);
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.ACQUITTED, "not traced");
    }

    function testTheCodesThresholdIsReached() public {
        codeThreshold = 72;
        kind = IPanelCourt.Kind.T;
        opened(QUESTIONS);
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.CONVICTED, "traced");
    }

    function testARebuttedHitWeighsNothing() public {
        codeThreshold = 72;
        kind = IPanelCourt.Kind.T;
        opened(QUESTIONS);
        rebut(0);
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.ACQUITTED, "not traced any more");
    }

    function testNDoesNotAskForWeight() public {
        codeThreshold = 73;
        opened(QUESTIONS);
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.CONVICTED, "convicted");
    }

    /// Whoever holds the panel's answers back cannot make the sample smaller.
    function testUnrevealedAnswersAreMisses() public {
        answered();
        for (uint32 i = 0; i < LEAST - 1; i++) {
            reveal(i);
        }
        openPlan();
        for (uint32 i = 0; i < LEAST - 1; i++) {
            openAsk(i);
        }
        vm.expectRevert(part("attestation"));
        this.openAskOutside(uint32(LEAST));
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == IPanelCourt.State.ACQUITTED, "31 of 36");
    }

    function testRebutsUntilTheLastSecondAndDecidesAfterIt() public {
        opened(LEAST);
        uint64 latest = panelCourt.trialOf(planId).rebuttableUntil;
        assertEq(latest, provers.revealUntil(planId) + OPEN_TIME + WINDOW, "the whole window after the last opening");
        vm.warp(latest);
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.TooEarly.selector, latest + 1));
        panelCourt.decide(planId);
        rebut(0);
        vm.warp(latest + 1);
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.TooLate.selector, latest));
        this.rebutOutside(1);
        panelCourt.decide(planId);
    }

    function testOpensNeitherBeforeTheAnswersNorTooLate() public {
        answered();
        uint64 until = provers.answerUntil(planId);
        IPanelCourt.Plan memory made = plan();
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.TooEarly.selector, until + 1));
        vm.prank(prover);
        panelCourt.openPlan(made, planNonce);
        uint64 latest = until + REVEAL_TIME + OPEN_TIME;
        vm.warp(latest + 1);
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.TooLate.selector, latest));
        vm.prank(prover);
        panelCourt.openPlan(made, planNonce);
        vm.warp(latest);
        openPlan();
        vm.warp(latest + 1);
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.TooLate.selector, latest));
        this.openAskOutside(0);
    }

    function testAPlanWithoutPanelCannotBeOpened() public {
        commitPlan();
        IPanelCourt.Plan memory made = plan();
        vm.expectPartialRevert(IPanelCourt.TooLate.selector);
        vm.prank(prover);
        panelCourt.openPlan(made, planNonce);
    }

    /// The plan is fixed before the panel is known: neither another instance nor other questions fit it afterwards.
    function testAnotherPlanIsNotWhatWasCommitted() public {
        answered();
        IPanelCourt.Plan memory made = plan();
        made.instanceId = instanceId;
        vm.expectPartialRevert(IPanelCourt.PlanNotIn.selector);
        vm.prank(prover);
        panelCourt.openPlan(made, planNonce);
    }

    function testACopiedPlanIsOfNoUse() public {
        planId = planIdOf(prover, plan());
        vm.startPrank(thief);
        token.approve(address(panelCourt), type(uint256).max);
        panelCourt.commitPlan(planId);
        vm.stopPrank();
        vm.expectRevert(inState(IPanelCourt.State.NONE, IPanelCourt.State.COMMITTED));
        vm.prank(prover);
        panelCourt.commitPlan(planId);
        vm.roll(block.number + SEED_DELAY + 1);
        provers.drawPanel(planId);
        vm.warp(provers.answerUntil(planId) + 1);
        IPanelCourt.Plan memory made = plan();
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.PlanUnknown.selector, planId));
        vm.prank(prover);
        panelCourt.openPlan(made, planNonce);
        vm.expectPartialRevert(IPanelCourt.PlanNotIn.selector);
        vm.prank(thief);
        panelCourt.openPlan(made, planNonce);
        vm.warp(provers.revealUntil(planId) + OPEN_TIME + 1);
        panelCourt.expire(planId);
        assertEq(panelCourt.owed(FORFEITS), PLAN_BOND, "the copier's bond is lost");
    }

    /// A prover whom the panel does not suit must not try again for nothing.
    function testAPlanThatIsNotOpenedLosesItsBond() public {
        answered();
        uint64 latest = provers.revealUntil(planId) + OPEN_TIME;
        vm.warp(latest);
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.TooEarly.selector, latest + 1));
        panelCourt.expire(planId);
        vm.warp(latest + 1);
        panelCourt.expire(planId);
        assertEq(panelCourt.owed(FORFEITS), PLAN_BOND, "lost");
        vm.expectRevert(inState(IPanelCourt.State.COMMITTED, IPanelCourt.State.EXPIRED));
        panelCourt.expire(planId);
    }

    function testAPlanWhosePanelIsNotDrawnLosesItsBond() public {
        commitPlan();
        vm.roll(block.number + SEED_DELAY + 256);
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.SeedNotGone.selector, planId));
        panelCourt.expire(planId);
        vm.roll(block.number + 1);
        panelCourt.expire(planId);
        assertEq(panelCourt.owed(FORFEITS), PLAN_BOND, "lost");
    }

    function testAnOpenedPlanDoesNotExpire() public {
        opened(0);
        afterWindow();
        vm.expectRevert(inState(IPanelCourt.State.COMMITTED, IPanelCourt.State.OPENED));
        panelCourt.expire(planId);
    }

    function testAnInstanceFromAfterTheCommitIsNoPlan() public {
        vm.warp(block.timestamp + 1 hours);
        traced = publishTraced(100, 1);
        vm.warp(block.timestamp - 1);
        answered();
        refusesPlan(plan(), "instanceId");
    }

    /// Fewer questions than members, so few that nothing convinces, or more than the table has.
    function testAPlanAsksAsManyAsCanConvince() public {
        askingSoMany(uint32(SIZE) - 1);
        askingSoMany(22);
        askingSoMany(uint32(HitThresholds.MAXIMUM) + 1);
    }

    function askingSoMany(uint32 questions) private {
        uint256 before = vm.snapshotState();
        IPanelCourt.Plan memory made = plan();
        made.questions = questions;
        planId = planIdOf(prover, made);
        vm.prank(prover);
        panelCourt.commitPlan(planId);
        vm.roll(block.number + SEED_DELAY + 1);
        provers.drawPanel(planId);
        vm.warp(provers.answerUntil(planId) + 1);
        refusesPlan(made, "questions");
        vm.revertToState(before);
    }

    function testAPlansRootIsOverLeavesAndWeights() public view {
        bytes32[] memory hashes = new bytes32[](QUESTIONS);
        for (uint32 i = 0; i < QUESTIONS; i++) {
            hashes[i] = panelCourt.planLeaf(fingerprint(traced, i), weightOf(i));
        }
        (bytes32 root,) = Trees.orderedProof(hashes, 0);
        assertEq(root, plan().leavesRoot, "as the plan was made");
    }

    function testAPlanOfAnUnknownInstanceIsNone() public {
        traced = OTHER;
        answered();
        refusesPlan(plan(), "instanceId");
    }

    /// The host asks for its exit in the second of the commit: it is still there when the plan is opened.
    function testAnExitDoesNotOutrunAPlan() public {
        vm.prank(host);
        staking.requestExit(modelId, STAKE);
        uint64 free = staking.earliestWithdrawal(modelId, host);
        opened(LEAST);
        assertTrue(block.timestamp < free, "opened before it is free");
        vm.warp(free + 100 days);
        vm.expectRevert();
        vm.prank(host);
        staking.withdraw(modelId);
        panelCourt.decide(planId);
        assertEq(staking.stakeOf(modelId, host).exiting, STAKE - PENALTY, "slashed while it was leaving");
    }

    /// A host with short terms could be gone before a slow plan is opened: such a plan is refused, whatever it shows.
    function testAPlanTooSlowForTheTermsIsRefused() public {
        IModelRegistry.Terms memory short = terms();
        short.maximumEvidenceAge = 1 days;
        short.unbondingTime = 3 days + 1;
        vm.prank(owner);
        registry.publishTerms(modelId, short);
        traced = publishTraced(101, 2);
        vm.warp(block.timestamp + 1);
        answered();
        IPanelCourt.Plan memory made = plan();
        uint64 latest = panelCourt.trialOf(planId).committedAt + 3 days;
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.TooLate.selector, latest));
        vm.prank(prover);
        panelCourt.openPlan(made, planNonce);
    }

    function testAHitMustBeInEveryPartThePlansAndTheInstances() public {
        hitsGiven = 30;
        revealed();
        openPlan();
        OmlProtocol.Attestation memory made = attestation(0);
        IPanelCourt.Opening memory with = opening(0);
        with.key = keyText(9);
        refusesAsk(made, with, "key");
        with = opening(0);
        with.response = "keep";
        refusesAsk(made, with, "leaf");
        with = opening(0);
        with.leafSalt = OTHER;
        refusesAsk(made, with, "leaf");
        with = opening(0);
        with.weight++;
        refusesAsk(made, with, "question");
        with = opening(0);
        (, with.planProof) = planProof(1);
        refusesAsk(made, with, "question");
        with = opening(0);
        with.answerPrefix = "keeper of the night";
        refusesAsk(made, with, "answer");
        with = opening(0);
        with.answerLength++;
        refusesAsk(made, with, "answer");
        refusesAsk(attestation(30), opening(30), "response");
        made.answeredAt++;
        refusesAsk(made, opening(0), "attestation");
        openAsk(0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPanelCourt.AskNotIn.selector, planId, 0, IPanelCourt.AskState.NONE, IPanelCourt.AskState.HIT
            )
        );
        this.openAskOutside(0);
    }

    function testWithAReceiptItIsNoCaseN() public {
        receiptsMissing = false;
        revealed();
        openPlan();
        refusesAsk(attestation(0), opening(0), "receipt");
    }

    function testATraceAsksForNoReceipt() public {
        kind = IPanelCourt.Kind.T;
        receiptsMissing = false;
        opened(1);
    }

    function testAskedElsewhereItIsNoHit() public {
        revealed();
        IPanelCourt.Plan memory made = plan();
        made.targetHash = OTHER;
        // Another plan altogether, so commit to it anew; the answers name the target of the first.
        planNonce = OTHER;
        planId = planIdOf(prover, made);
        vm.prank(prover);
        panelCourt.commitPlan(planId);
        vm.roll(block.number + SEED_DELAY + 1);
        provers.drawPanel(planId);
        vm.warp(block.timestamp + 1 days);
        for (uint256 place = 0; place < SIZE; place++) {
            commitAnswersOf(place);
        }
        vm.warp(provers.answerUntil(planId) + 1);
        reveal(0);
        vm.prank(prover);
        panelCourt.openPlan(made, planNonce);
        refusesAsk(attestation(0), opening(0), "target");
    }

    function testALeafServesOneUndecidedPlan() public {
        opened(1);
        bytes32 first = planId;
        secondPlan();
        bytes memory refusal = abi.encodeWithSelector(IPanelCourt.LeafUsed.selector, fingerprint(traced, 0), first);
        vm.expectRevert(refusal);
        this.openAskOutside(0);
        panelCourt.decide(first);
        openAsk(0);
    }

    function testALeafConvictsOnce() public {
        opened(LEAST);
        bytes32 first = planId;
        afterWindow();
        panelCourt.decide(first);
        secondPlan();
        bytes memory refusal = abi.encodeWithSelector(IPanelCourt.LeafUsed.selector, fingerprint(traced, 0), first);
        vm.expectRevert(refusal);
        this.openAskOutside(0);
        openAsk(LEAST_INDEX);
    }

    function testALeafThatConvictedByAReceiptIsKnownToEverybody() public {
        convictByReceipt(0);
        revealed();
        openPlan();
        vm.expectRevert(
            abi.encodeWithSelector(IPanelCourt.LeafUsed.selector, fingerprint(traced, 0), bytes32(0))
        );
        this.openAskOutside(0);
        openAsk(1);
    }

    function testAPermitMustFitTheAsk() public {
        opened(1);
        OmlProtocol.Permit memory made = permitFor(0);
        made.modelId = OTHER;
        unfit(made, mismatch("modelId"));
        made = permitFor(0);
        made.instanceId = instanceId;
        unfit(made, mismatch("instanceId"));
        made = permitFor(0);
        made.host = thief;
        unfit(made, mismatch("host"));
        made = permitFor(0);
        made.queryHash = OTHER;
        unfit(made, mismatch("queryHash"));
        OmlProtocol.Attestation memory asked = attestation(0);
        made = permitFor(0);
        made.issuedAt = asked.answeredAt + 61;
        unfit(made, notCovering(made));
        made = permitFor(0);
        made.issuedAt = asked.askedAt - 300;
        made.expiresAt = asked.askedAt - 61;
        unfit(made, notCovering(made));
        made = permitFor(0);
        made.expiresAt = made.issuedAt + 601;
        unfit(made, notCovering(made));
        made = permitFor(0);
        made.expiresAt = made.issuedAt - 1;
        unfit(made, notCovering(made));
        made.expiresAt = made.issuedAt + 600;
        bytes memory forged = signature(HOST_KEY, digest(OmlProtocol.structHash(made)));
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.PermitSignerInvalid.selector, host, made.issuedAt));
        panelCourt.rebutAsk(asked, QUERY_SALT, CONTEXT, made, forged);
    }

    /// Clocks differ by up to a minute, and the doubt is the host's.
    function testAPermitAtTheEdgesOfTheAskAcquits() public {
        opened(2);
        OmlProtocol.Permit memory made = permitFor(0);
        made.issuedAt = attestation(0).answeredAt + 60;
        made.expiresAt = made.issuedAt + 600;
        panelCourt.rebutAsk(attestation(0), QUERY_SALT, CONTEXT, made, signedPermit(made));
        made = permitFor(1);
        made.expiresAt = attestation(1).askedAt - 60;
        made.issuedAt = made.expiresAt - 600;
        panelCourt.rebutAsk(attestation(1), QUERY_SALT, CONTEXT, made, signedPermit(made));
        assertEq(panelCourt.trialOf(planId).hits, 0, "both");
    }

    function testAPermitSignedInABatchRebuts() public {
        opened(LEAST);
        OmlProtocol.Attestation memory asked = attestation(0);
        OmlProtocol.Permit memory named = permitFor(0);
        bytes memory forged = batchAuthority(HOST_KEY, named);
        vm.expectRevert(
            abi.encodeWithSelector(IPanelCourt.PermitSignerInvalid.selector, host, named.issuedAt)
        );
        panelCourt.rebutAsk(asked, QUERY_SALT, CONTEXT, named, forged);
        panelCourt.rebutAsk(asked, QUERY_SALT, CONTEXT, named, batchAuthority(SIGNER_KEY, named));
        assertTrue(panelCourt.askOf(planId, 0).state == IPanelCourt.AskState.REBUTTED, "rebutted");
    }

    /// Half of an odd penalty, rounded up.
    function testAnOddPenaltyBurnsTheLargerHalf() public {
        vm.prank(host);
        staking.requestExit(modelId, STAKE);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(host);
        staking.withdraw(modelId);
        vm.prank(host);
        staking.deposit(modelId, 19);
        convicted();
        vm.warp(block.timestamp + PANEL_PAYOUT_DELAY);
        panelCourt.payout(planId);
        assertEq(token.balanceOf(BURNED), 10, "burned");
    }

    function testOnePermitRebutsOneAsk() public {
        opened(2);
        OmlProtocol.Permit memory blank = permitFor(0);
        blank.queryHash = 0;
        bytes memory by = signedPermit(blank);
        panelCourt.rebutAsk(attestation(0), 0, 0, blank, by);
        OmlProtocol.Attestation memory second = attestation(1);
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.PermitUsed.selector, OmlProtocol.structHash(blank)));
        panelCourt.rebutAsk(second, 0, 0, blank, by);
    }

    function testAMissCannotBeRebuttedAndAHitOnce() public {
        opened(1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPanelCourt.AskNotIn.selector, planId, 1, IPanelCourt.AskState.HIT, IPanelCourt.AskState.NONE
            )
        );
        this.rebutOutside(1);
        rebut(0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPanelCourt.AskNotIn.selector, planId, 0, IPanelCourt.AskState.HIT, IPanelCourt.AskState.REBUTTED
            )
        );
        this.rebutOutside(0);
    }

    function testAVoteGivesAStoppedSlashBackToTheHost() public {
        convicted();
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, host));
        vm.prank(host);
        panelCourt.stop(planId, true);
        vm.prank(owner);
        panelCourt.stop(planId, true);
        assertEq(staking.stakeOf(modelId, host).active, STAKE, "restored");
        assertTrue(!panelCourt.isLeafSpent(fingerprint(traced, 0)), "the conviction is void");
        vm.warp(block.timestamp + PANEL_PAYOUT_DELAY);
        vm.expectRevert(inState(IPanelCourt.State.CONVICTED, IPanelCourt.State.STOPPED));
        panelCourt.payout(planId);
    }

    function testAVoteGivesAStoppedSlashToTheCommunity() public {
        convicted();
        vm.prank(owner);
        panelCourt.stop(planId, false);
        assertEq(panelCourt.owed(community), PENALTY, "all of it");
        vm.expectRevert(inState(IPanelCourt.State.CONVICTED, IPanelCourt.State.STOPPED));
        vm.prank(owner);
        panelCourt.stop(planId, true);
    }

    function testNothingCanBeStoppedBeforeTheVerdictOrAfterThePayout() public {
        opened(LEAST);
        vm.expectRevert(inState(IPanelCourt.State.CONVICTED, IPanelCourt.State.OPENED));
        vm.prank(owner);
        panelCourt.stop(planId, true);
        afterWindow();
        panelCourt.decide(planId);
        vm.warp(block.timestamp + PANEL_PAYOUT_DELAY);
        panelCourt.payout(planId);
        vm.expectRevert(inState(IPanelCourt.State.CONVICTED, IPanelCourt.State.PAID));
        vm.prank(owner);
        panelCourt.stop(planId, true);
    }

    function testAMemberWhoHeldAnAnswerBackGetsNoReward() public {
        answered();
        for (uint32 i = 0; i < QUESTIONS - 1; i++) {
            reveal(i);
        }
        openPlan();
        for (uint32 i = 0; i < LEAST; i++) {
            openAsk(i);
        }
        afterWindow();
        panelCourt.decide(planId);
        vm.warp(block.timestamp + PANEL_PAYOUT_DELAY);
        panelCourt.payout(planId);
        address[] memory members = provers.membersOf(planId);
        assertEq(panelCourt.owed(members[8]), 0, "it held one back");
        assertEq(panelCourt.owed(members[0]), PENALTY / 20 / 8, "the eight others share");
    }

    function testTheCapBoundsTheWholeReward() public {
        IPanelCourt.Parameters memory chosen = courtParameters();
        chosen.rewardCap = 1e18;
        PanelCourt capped = new PanelCourt(owner, surroundings(), chosen);
        assertEq(capped.parameters().rewardCap, 1e18, "cap");
        vm.startPrank(owner);
        staking.setCourtState(address(capped), IHostStaking.CourtState.OPEN);
        provers.admitCourt(address(capped));
        vm.stopPrank();
        vm.prank(prover);
        token.approve(address(capped), type(uint256).max);
        panelCourt = capped;
        convicted();
        vm.warp(block.timestamp + PANEL_PAYOUT_DELAY);
        panelCourt.payout(planId);
        assertEq(panelCourt.owed(prover), PLAN_BOND + 5e17, "half of the cap");
    }

    function testParametersThatWouldConvictTooEasilyAreRefused() public {
        IPanelCourt.Parameters memory chosen = courtParameters();
        chosen.quorum = 6;
        refusesParameters(chosen, "quorum");
        chosen.quorum = 10;
        refusesParameters(chosen, "quorum");
        chosen = courtParameters();
        chosen.openTime = 0;
        refusesParameters(chosen, "openTime");
        chosen.openTime = 4 days + 1; // with 5 days before it, more than the 9 that unbonding outlasts
        refusesParameters(chosen, "openTime");
        chosen = courtParameters();
        chosen.payoutDelay = 30 days - 1;
        refusesParameters(chosen, "payoutDelay");
        chosen = courtParameters();
        chosen.bond = 0;
        refusesParameters(chosen, "bond");
        chosen = courtParameters();
        chosen.forfeitTo = address(0);
        refusesParameters(chosen, "forfeitTo");
    }

    function testCollectsOnce() public {
        opened(0);
        afterWindow();
        panelCourt.decide(planId);
        panelCourt.collect(FORFEITS);
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.NothingOwed.selector, FORFEITS));
        panelCourt.collect(FORFEITS);
    }

    /// forge-config: default.fuzz.runs = 12
    /// forge-config: thorough.fuzz.runs = 5000
    function testTheVerdictIsTheTables(uint256 seed) public {
        kind = seed % 2 == 0 ? IPanelCourt.Kind.N : IPanelCourt.Kind.T;
        uint256 shown = 20 + (seed >> 8) % 17;
        opened(shown);
        uint256 hits = 0;
        uint256[9] memory by;
        for (uint32 i = 0; i < shown; i++) {
            if (uint256(keccak256(abi.encode(seed, i))) % 12 == 0) {
                rebut(i);
            } else {
                hits++;
                by[i % SIZE]++;
            }
        }
        uint256 members = 0;
        for (uint256 i = 0; i < SIZE; i++) {
            members += by[i] == 0 ? 0 : 1;
        }
        uint256 asked = kind == IPanelCourt.Kind.N ? QUESTIONS - (shown - hits) : QUESTIONS;
        bool guilty = panelCourt.isEnough(hits, asked) && members >= 7;
        afterWindow();
        panelCourt.decide(planId);
        assertTrue(state() == (guilty ? IPanelCourt.State.CONVICTED : IPanelCourt.State.ACQUITTED), "verdict");
        assertEq(
            token.balanceOf(address(panelCourt)),
            PLAN_BOND + (guilty ? PENALTY : 0),
            "the court holds the bond and what it slashed"
        );
        assertEq(panelCourt.owed(prover), shown >= LEAST ? PLAN_BOND : 0, "the bond follows what was shown");
    }

    uint32 private constant LEAST_INDEX = uint32(LEAST);

    function convicted() private {
        opened(LEAST);
        afterWindow();
        panelCourt.decide(planId);
    }

    function secondPlan() private {
        planNonce = keccak256(abi.encode(planNonce));
        revealed();
        openPlan();
    }

    function convictByReceipt(uint32 index) private {
        OmlProtocol.Receipt memory receipt = receiptNaming(0);
        receipt.instanceId = traced;
        receipt.queryHash = OmlProtocol.queryHash(QUERY_SALT, CONTEXT, keccak256(keyText(index)));
        receipt.servedAt = uint64(block.timestamp);
        IPenaltyCourt.Evidence memory evidence = sealedBy(GATEWAY_KEY, receipt);
        evidence.opening.index = index;
        evidence.opening.key = keyText(index);
        evidence.opening.leafSalt = saltOf(index);
        (, evidence.opening.leafProof) = leafProof(traced, index);
        committed(evidence);
        vm.prank(prover);
        bytes32 caseId = court.reveal(evidence, NONCE);
        vm.warp(block.timestamp + WINDOW + 1);
        court.finalise(caseId);
    }

    function collectAll(address[] memory members) private {
        panelCourt.collect(prover);
        panelCourt.collect(community);
        for (uint256 i = 0; i < members.length; i++) {
            panelCourt.collect(members[i]);
        }
    }

    function openAskOutside(uint32 index) external {
        openAsk(index);
    }

    function rebutOutside(uint32 index) external {
        rebut(index);
    }

    function refusesPlan(IPanelCourt.Plan memory made, string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.PlanInvalid.selector, field));
        vm.prank(prover);
        panelCourt.openPlan(made, planNonce);
    }

    function refusesAsk(
        OmlProtocol.Attestation memory made,
        IPanelCourt.Opening memory with,
        string memory name
    ) private {
        vm.expectRevert(part(name));
        panelCourt.openAsk(made, with);
    }

    function refusesParameters(IPanelCourt.Parameters memory chosen, string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(IPanelCourt.ParametersInvalid.selector, field));
        new PanelCourt(owner, surroundings(), chosen);
    }

    function unfit(OmlProtocol.Permit memory made, bytes memory with) private {
        OmlProtocol.Attestation memory asked = attestation(0);
        bytes memory by = signedPermit(made);
        vm.expectRevert(with);
        panelCourt.rebutAsk(asked, QUERY_SALT, CONTEXT, made, by);
    }

    function mismatch(string memory field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPanelCourt.PermitMismatch.selector, field);
    }

    function notCovering(OmlProtocol.Permit memory made) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPanelCourt.PermitNotCovering.selector, made.issuedAt, made.expiresAt);
    }

    function part(string memory name) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPanelCourt.OpeningInvalid.selector, name);
    }

    function inState(IPanelCourt.State expected, IPanelCourt.State actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(IPanelCourt.PlanNotIn.selector, planId, expected, actual);
    }
}
