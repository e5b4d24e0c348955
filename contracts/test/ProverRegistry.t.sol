// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {ProverRegistry} from "../src/ProverRegistry.sol";
import {IProverRegistry} from "../src/interfaces/IProverRegistry.sol";
import {PanelWorld} from "./PanelWorld.sol";
import {Trees} from "./Trees.sol";

/// @title Seats, draws, answers and their punishment
contract ProverRegistryTest is PanelWorld {
    address[] private _seated;

    function testABondLeavesAfterTheDelay() public {
        address who = vm.addr(0x5EA7);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.BondedAlready.selector, who));
        vm.prank(who);
        provers.bond();
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotExiting.selector, who));
        vm.prank(who);
        provers.withdraw();
        vm.prank(who);
        provers.requestExit();
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotSeated.selector, who));
        vm.prank(who);
        provers.requestExit();
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.BondedAlready.selector, who));
        vm.prank(who);
        provers.bond();
        uint64 earliest = uint64(block.timestamp) + EXIT_DELAY;
        vm.warp(earliest - 1);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.TooEarly.selector, earliest));
        vm.prank(who);
        provers.withdraw();
        vm.warp(earliest);
        vm.prank(who);
        provers.withdraw();
        assertEq(token.balanceOf(who), SEAT, "paid");
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotExiting.selector, who));
        vm.prank(who);
        provers.withdraw();
        seat(0x5EA7);
    }

    function testAPanelIsDistinctAndSeatedAndNotThePlansProver() public {
        address insider = vm.addr(0x5EA7);
        for (uint256 i = 0; i < 40; i++) {
            bytes32 id = keccak256(abi.encode(i));
            vm.prank(address(panelCourt));
            provers.convene(id, insider);
            vm.roll(block.number + SEED_DELAY + 1);
            provers.drawPanel(id);
            address[] memory members = provers.membersOf(id);
            assertEq(members.length, SIZE, "size");
            for (uint256 a = 0; a < SIZE; a++) {
                assertTrue(keyOf[members[a]] != 0, "seated");
                assertTrue(members[a] != insider, "not the plan's prover");
                for (uint256 b = 0; b < a; b++) {
                    assertTrue(members[a] != members[b], "distinct");
                }
            }
        }
    }

    /// Each of 14 seats is drawn for about 9 of 14 panels: 600 draws, expected 385.7, deviation 11.7, bounds of five.
    function testEverySeatHasTheSameChance() public {
        uint256[14] memory drawnTimes;
        for (uint256 i = 0; i < 600; i++) {
            bytes32 id = keccak256(abi.encode(i));
            vm.prank(address(panelCourt));
            provers.convene(id, thief);
            vm.roll(block.number + SEED_DELAY + 1);
            provers.drawPanel(id);
            address[] memory members = provers.membersOf(id);
            for (uint256 a = 0; a < SIZE; a++) {
                drawnTimes[keyOf[members[a]] - 0x5EA7]++;
            }
        }
        for (uint256 i = 0; i < 14; i++) {
            assertTrue(drawnTimes[i] > 327 && drawnTimes[i] < 444, "about as often as the others");
        }
    }

    /// Nobody who acts after the commit changes the panel: not by drawing later, nor by coming, going or being slashed.
    function testNothingAfterTheCommitChangesTheDraw() public {
        commitPlan();
        vm.roll(block.number + SEED_DELAY + 1);
        uint256 before = vm.snapshotState();
        provers.drawPanel(planId);
        address[] memory members = provers.membersOf(planId);
        vm.revertToState(before);
        vm.prank(members[0]);
        provers.requestExit();
        seat(0xBEEF);
        slashed(members[1]);
        seat(keyOf[members[1]]);
        vm.roll(block.number + 200);
        vm.warp(block.timestamp + 3 hours);
        vm.prank(thief);
        provers.drawPanel(planId);
        address[] memory later = provers.membersOf(planId);
        for (uint256 i = 0; i < SIZE; i++) {
            assertEq(later[i], members[i], "the same");
        }
    }

    /// Whoever bonds many seats for a plan it is about to commit has none of them on the panel.
    function testNewSeatsAreNotDrawn() public {
        for (uint256 i = 0; i < 100; i++) {
            seat(0xBAD000 + i);
        }
        vm.warp(block.timestamp + MINIMUM_AGE - 1);
        address[] memory members = drawn();
        for (uint256 i = 0; i < SIZE; i++) {
            assertTrue(keyOf[members[i]] < 0xBAD000, "an old seat");
        }
    }

    function testASeatIsOldEnoughFromItsDayOn() public {
        for (uint256 i = 0; i < SEATED; i++) {
            vm.prank(vm.addr(0x5EA7 + i));
            provers.requestExit();
        }
        for (uint256 i = 0; i < SIZE + 1; i++) {
            seat(0xBAD000 + i);
        }
        uint256 then = block.timestamp + MINIMUM_AGE;
        vm.warp(then);
        assertTrue(keyOf[drawn()[0]] >= 0xBAD000, "the new ones alone");
    }

    function testTheSeedIsNotKnownAtTheCommit() public {
        commitPlan();
        uint64 seedBlock = provers.panelOf(planId).seedBlock;
        assertEq(seedBlock, block.number + SEED_DELAY, "a block to come");
        vm.roll(seedBlock);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.SeedNotYet.selector, seedBlock));
        provers.drawPanel(planId);
        vm.roll(seedBlock + 1);
        provers.drawPanel(planId);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.PanelDrawnAlready.selector, planId));
        provers.drawPanel(planId);
    }

    function testTheSeedIsTheHashOfItsBlock() public {
        commitPlan();
        uint64 seedBlock = provers.panelOf(planId).seedBlock;
        vm.roll(seedBlock + 1);
        uint256 before = vm.snapshotState();
        vm.setBlockhash(seedBlock, keccak256("one"));
        provers.drawPanel(planId);
        address[] memory one = provers.membersOf(planId);
        vm.revertToState(before);
        vm.setBlockhash(seedBlock, keccak256("another"));
        provers.drawPanel(planId);
        address[] memory another = provers.membersOf(planId);
        assertTrue(keccak256(abi.encode(one)) != keccak256(abi.encode(another)), "another panel");
    }

    function testAPanelIsDrawnWhileTheChainKnowsTheSeedAndNeverAgain() public {
        commitPlan();
        uint64 seedBlock = provers.panelOf(planId).seedBlock;
        uint256 before = vm.snapshotState();
        vm.roll(seedBlock + 256);
        provers.drawPanel(planId);
        vm.revertToState(before);
        vm.roll(seedBlock + 257);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.SeedGone.selector, seedBlock));
        provers.drawPanel(planId);
        vm.revertToState(before);
        vm.roll(seedBlock + 1);
        vm.warp(block.timestamp + 1 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.SeedGone.selector, seedBlock));
        provers.drawPanel(planId);
    }

    function testAPlanNeedsMoreProversThanAPanelHasMembers() public {
        for (uint256 i = 0; i < SEATED - SIZE; i++) {
            vm.prank(vm.addr(0x5EA7 + i));
            provers.requestExit();
        }
        vm.warp(block.timestamp + MINIMUM_AGE);
        planId = planIdOf(prover, plan());
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.ProversTooFew.selector, SIZE, SIZE + 1));
        vm.prank(prover);
        panelCourt.commitPlan(planId);
    }

    function testCourtsAloneConvene() public {
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotCourt.selector, thief));
        vm.prank(thief);
        provers.convene(keccak256("plan"), thief);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, thief));
        vm.prank(thief);
        provers.admitCourt(thief);
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.CourtInvalid.selector, address(panelCourt)));
        provers.admitCourt(address(panelCourt));
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.CourtInvalid.selector, address(0)));
        provers.admitCourt(address(0));
        vm.stopPrank();
        commitPlan();
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.PanelExists.selector, planId));
        vm.prank(address(panelCourt));
        provers.convene(planId, thief);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.PanelUnknown.selector, keccak256("plan")));
        provers.drawPanel(keccak256("plan"));
    }

    function testMembersAloneCommitAnswersOnceAndInTime() public {
        address[] memory members = drawn();
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotMember.selector, planId, thief));
        vm.prank(thief);
        provers.commitAnswers(planId, 0, keccak256("root"), 4);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotMember.selector, planId, members[1]));
        vm.prank(members[1]);
        provers.commitAnswers(planId, 0, keccak256("root"), 4);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotMember.selector, planId, members[1]));
        vm.prank(members[1]);
        provers.commitAnswers(planId, SIZE, keccak256("root"), 4);
        invalidCount(members[0], 0, 4);
        invalidCount(members[0], keccak256("root"), 0);
        invalidCount(members[0], keccak256("root"), 129);
        vm.warp(provers.answerUntil(planId));
        commitAnswersOf(0);
        IProverRegistry.Answers memory committed = provers.answersOf(planId, members[0]);
        assertEq(committed.committedAt, block.timestamp, "when");
        assertEq(committed.count, QUESTIONS / SIZE, "how many");
        assertEq(provers.answersOf(planId, members[1]).count, 0, "and nobody else's");
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.AnswersExist.selector, planId, members[0]));
        vm.prank(members[0]);
        provers.commitAnswers(planId, 0, keccak256("other"), 4);
        uint64 latest = provers.answerUntil(planId);
        vm.warp(latest + 1);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.TooLate.selector, latest));
        vm.prank(members[1]);
        provers.commitAnswers(planId, 1, keccak256("root"), 4);
    }

    function testWhoHasNoBondAnyMoreDoesNotAnswer() public {
        address[] memory members = drawn();
        slashed(members[2]);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotBonded.selector, members[2]));
        vm.prank(members[2]);
        provers.commitAnswers(planId, 2, keccak256("root"), 4);
    }

    function testAnAnswerIsRevealedInTimeAndOnce() public {
        answered();
        uint64 after_ = provers.answerUntil(planId);
        vm.warp(after_);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.TooEarly.selector, after_ + 1));
        this.revealOutside(0);
        uint64 latest = provers.revealUntil(planId);
        assertEq(latest, after_ + REVEAL_TIME, "latest");
        vm.warp(latest);
        reveal(0);
        assertEq(
            provers.attestationOf(planId, 0), OmlProtocol.structHash(attestation(0)), "what was attested"
        );
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.AnswerExists.selector, planId, 0));
        this.revealOutside(0);
        vm.warp(latest + 1);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.TooLate.selector, latest));
        this.revealOutside(9);
    }

    /// After the keys' responses are known nobody can still choose its answer: it was committed to.
    function testAnAnswerThatWasNotCommittedIsRefused() public {
        answered();
        hitsGiven = 0;
        OmlProtocol.Attestation memory other = attestation(0);
        hitsGiven = QUESTIONS;
        (, bytes32[] memory path) = Trees.proof(answersOf(0), 0);
        refusesAnswer(other, signed(other), path, "proof");
    }

    function testAnotherMembersQuestionIsRefused() public {
        answered();
        OmlProtocol.Attestation memory other = attestation(0);
        other.prover = attestation(1).prover;
        bytes memory by = signed(other);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotMember.selector, planId, other.prover));
        provers.revealAnswer(other, by, nonceOf(0), new bytes32[](0));
    }

    function testInventedTimesAndSignaturesAreRefused() public {
        drawn();
        uint64 drawnAt = provers.panelOf(planId).drawnAt;
        vm.warp(drawnAt + 1 hours);
        OmlProtocol.Attestation[] memory invented = new OmlProtocol.Attestation[](4);
        for (uint256 i = 0; i < 4; i++) {
            invented[i] = attestation(uint32(i));
        }
        invented[0].askedAt = drawnAt - 1;
        invented[1].answeredAt = invented[1].askedAt - 1;
        invented[2].answeredAt = uint64(block.timestamp) + 1;
        for (uint256 i = 0; i < 4; i++) {
            bytes32 only = provers.answerLeaf(OmlProtocol.structHash(invented[i]), nonceOf(uint32(i)));
            vm.prank(invented[i].prover);
            provers.commitAnswers(planId, i, only, 1);
        }
        vm.warp(provers.answerUntil(planId) + 1);
        string[3] memory fields = ["askedAt", "askedAt", "answeredAt"];
        for (uint256 i = 0; i < 3; i++) {
            refusesAnswer(invented[i], signed(invented[i]), new bytes32[](0), fields[i]);
        }
        bytes memory forged = signature(HOST_KEY, digest(OmlProtocol.structHash(invented[3])));
        refusesAnswer(invented[3], forged, new bytes32[](0), "signature");
        // What cannot be revealed was not revealed.
        vm.warp(provers.revealUntil(planId) + 1);
        provers.punishSilence(planId, invented[0].prover);
        assertEq(provers.proverOf(invented[0].prover).bond, 0, "slashed");
    }

    function testWhoDoesNotRevealIsSlashed() public {
        answered();
        address member = attestation(0).prover;
        for (uint32 i = 0; i < QUESTIONS - SIZE; i += uint32(SIZE)) {
            reveal(i);
        }
        uint64 latest = provers.revealUntil(planId);
        vm.warp(latest);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.TooEarly.selector, latest + 1));
        provers.punishSilence(planId, member);
        vm.warp(latest + 1);
        provers.punishSilence(planId, member);
        assertEq(provers.proverOf(member).bond, 0, "all of it");
        assertEq(provers.slashed(), SEAT, "the community's");
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NothingToPunish.selector, planId, member));
        provers.punishSilence(planId, member);
        provers.collect();
        assertEq(token.balanceOf(FORFEITS), SEAT, "collected");
        vm.expectRevert(IProverRegistry.NothingToCollect.selector);
        provers.collect();
    }

    function testWhoRevealedOrNeverAnsweredIsNotSlashed() public {
        revealed();
        vm.warp(provers.revealUntil(planId) + 1);
        address member = attestation(0).prover;
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NothingToPunish.selector, planId, member));
        provers.punishSilence(planId, member);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NothingToPunish.selector, planId, thief));
        provers.punishSilence(planId, thief);
    }

    /// An exit asked for as soon as the panel is known does not save the bond.
    function testAnExitDoesNotOutrunThePunishment() public {
        address[] memory members = drawn();
        commitAnswersOf(0);
        vm.prank(members[0]);
        provers.requestExit();
        vm.warp(provers.revealUntil(planId) + 1 days);
        vm.expectPartialRevert(IProverRegistry.TooEarly.selector);
        vm.prank(members[0]);
        provers.withdraw();
        provers.punishSilence(planId, members[0]);
        vm.warp(block.timestamp + EXIT_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotExiting.selector, members[0]));
        vm.prank(members[0]);
        provers.withdraw();
    }

    /// The latest draw of somebody who left: a seat given up just after the snapshot, the panel as late as it can be.
    function testTheLastPanelOfALeavingProverEndsBeforeItsBondIsFree() public {
        address who = vm.addr(0x5EA7);
        vm.prank(who);
        provers.requestExit();
        uint256 free = block.timestamp + EXIT_DELAY;
        vm.warp(block.timestamp + MINIMUM_AGE - 1);
        commitPlan();
        assertTrue(
            block.timestamp + 1 days + ANSWER_TIME + REVEAL_TIME + 1 days < free, "slashable to the end"
        );
    }

    function testTwoWordsOnOneQuestionAreSlashed() public {
        answered();
        OmlProtocol.Attestation memory one = attestation(0);
        OmlProtocol.Attestation memory other = attestation(0);
        other.missingReceipt = false;
        (bytes memory a, bytes memory b) = (signed(one), signed(other));
        refusesEquivocation(one, a, one, a, "equivocation");
        refusesEquivocation(one, b, other, b, "signature");
        refusesEquivocation(one, a, other, a, "signature");
        OmlProtocol.Attestation memory foreign = attestation(9);
        refusesEquivocation(one, a, foreign, signed(foreign), "equivocation");
        foreign = attestation(0);
        foreign.planId = keccak256("other");
        refusesEquivocation(one, a, foreign, signed(foreign), "equivocation");
        foreign = attestation(0);
        foreign.prover = attestation(1).prover;
        refusesEquivocation(one, a, foreign, signed(foreign), "equivocation");
        vm.prank(thief);
        provers.punishEquivocation(one, a, other, b);
        assertEq(provers.proverOf(one.prover).bond, 0, "slashed");
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NothingToPunish.selector, planId, one.prover));
        provers.punishEquivocation(one, a, other, b);
        for (uint32 i = 0; i < QUESTIONS; i++) {
            reveal(i);
        }
        assertEq(provers.earnersOf(planId).length, SIZE - 1, "and earns nothing");
    }

    function testWhoSitsOnNoPanelCannotEquivocate() public {
        answered();
        OmlProtocol.Attestation memory one = attestation(0);
        OmlProtocol.Attestation memory other = attestation(0);
        (one.prover, other.prover) = (host, host);
        keyOf[host] = HOST_KEY;
        other.missingReceipt = false;
        (bytes memory a, bytes memory b) = (signed(one), signed(other));
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.NotMember.selector, planId, host));
        provers.punishEquivocation(one, a, other, b);
    }

    function testAPauseKeepsNewSeatsOutAndNothingElse() public {
        answered();
        vm.prank(owner);
        provers.pause();
        fund(thief, SEAT);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        vm.prank(thief);
        provers.bond();
        for (uint32 i = 0; i < QUESTIONS - 1; i++) {
            reveal(i);
        }
        vm.warp(provers.revealUntil(planId) + 1);
        provers.punishSilence(planId, attestation(QUESTIONS - 1).prover);
        address leaving = attestation(0).prover;
        vm.prank(leaving);
        provers.requestExit();
        vm.warp(block.timestamp + EXIT_DELAY);
        vm.prank(leaving);
        provers.withdraw();
    }

    function testParametersThatLetBondsEscapeAreRefused() public {
        IProverRegistry.Parameters memory chosen = registryParameters();
        chosen.panelSize = 8;
        refusesParameters(chosen, "panelSize");
        chosen.panelSize = 17;
        refusesParameters(chosen, "panelSize");
        chosen = registryParameters();
        chosen.bond = 0;
        refusesParameters(chosen, "bond");
        chosen = registryParameters();
        chosen.minimumAge = 0;
        refusesParameters(chosen, "minimumAge");
        chosen = registryParameters();
        chosen.seedDelay = 0;
        refusesParameters(chosen, "seedDelay");
        chosen = registryParameters();
        chosen.answerTime = 0;
        refusesParameters(chosen, "answerTime");
        chosen = registryParameters();
        chosen.revealTime = 0;
        refusesParameters(chosen, "revealTime");
        chosen = registryParameters();
        chosen.exitDelay = MINIMUM_AGE + ANSWER_TIME + REVEAL_TIME + 2 days - 1;
        refusesParameters(chosen, "exitDelay");
        chosen = registryParameters();
        chosen.forfeitTo = address(0);
        refusesParameters(chosen, "forfeitTo");
    }

    function testTellsHowLongASeatIsHeld() public view {
        assertEq(provers.minimumAge(), MINIMUM_AGE, "before a plan");
        assertEq(provers.exitDelay(), EXIT_DELAY, "after its end");
    }

    /// Random comings, goings and slashes against a list kept beside: the seats are always exactly those who are in, and the
    /// money is exactly their bonds.
    /// forge-config: default.fuzz.runs = 32
    /// forge-config: thorough.fuzz.runs = 5000
    function testSeatsHaveNoGaps(uint256 seed) public {
        for (uint256 i = 0; i < SEATED; i++) {
            _seated.push(vm.addr(0x5EA7 + i));
        }
        uint256 bonds = SEATED;
        for (uint256 step = 0; step < 40; step++) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 which = _seated.length == 0 ? 0 : (seed >> 8) % _seated.length;
            if (seed % 3 == 0 || _seated.length == 0) {
                _seated.push(seat(0xC0FFEE + step));
                bonds++;
            } else {
                if (seed % 3 == 1 || provers.proverOf(_seated[which]).since + MINIMUM_AGE > block.timestamp) {
                    vm.prank(_seated[which]);
                    provers.requestExit();
                } else {
                    slashed(_seated[which]);
                }
                _seated[which] = _seated[_seated.length - 1];
                _seated.pop();
            }
            if (seed % 5 == 0) {
                vm.warp(block.timestamp + 1);
            }
            uint64 now_ = uint64(block.timestamp);
            assertEq(provers.seatedAt(now_), _seated.length, "as many");
            for (uint256 i = 0; i < _seated.length; i++) {
                assertEq(provers.seatAt(provers.proverOf(_seated[i]).place - 1, now_), _seated[i], "in its place");
            }
            assertEq(provers.seatAt(_seated.length, now_), address(0), "and no more");
        }
        assertEq(token.balanceOf(address(provers)), bonds * SEAT, "all bonds are here");
    }

    /// Slashed for two words on one question of a panel that has it alone as its word.
    function slashed(address who) private {
        bytes32 before = planId;
        bytes32 id = keccak256(abi.encode("slash", who, block.timestamp, gasleft()));
        uint64 time = uint64(block.timestamp);
        // A panel on which it sits: convened until it does.
        for (uint256 i = 0;; i++) {
            id = keccak256(abi.encode(id));
            vm.prank(address(panelCourt));
            provers.convene(id, thief);
            vm.roll(block.number + SEED_DELAY + 1);
            provers.drawPanel(id);
            address[] memory members = provers.membersOf(id);
            for (uint256 m = 0; m < SIZE; m++) {
                if (members[m] == who) {
                    OmlProtocol.Attestation memory one;
                    (one.planId, one.prover, one.askedAt) = (id, who, time);
                    OmlProtocol.Attestation memory other;
                    (other.planId, other.prover, other.answeredAt) = (id, who, time);
                    provers.punishEquivocation(one, signed(one), other, signed(other));
                    planId = before;
                    return;
                }
            }
        }
    }

    function revealOutside(uint32 index) external {
        reveal(index);
    }

    function invalidCount(address member, bytes32 root, uint16 count) private {
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.AnswersInvalid.selector, "count"));
        vm.prank(member);
        provers.commitAnswers(planId, 0, root, count);
    }

    function refusesAnswer(
        OmlProtocol.Attestation memory made,
        bytes memory by,
        bytes32[] memory path,
        string memory name
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.AnswersInvalid.selector, name));
        provers.revealAnswer(made, by, nonceOf(made.leafIndex), path);
    }

    function refusesEquivocation(
        OmlProtocol.Attestation memory one,
        bytes memory a,
        OmlProtocol.Attestation memory other,
        bytes memory b,
        string memory name
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.AnswersInvalid.selector, name));
        provers.punishEquivocation(one, a, other, b);
    }

    function refusesParameters(IProverRegistry.Parameters memory chosen, string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(IProverRegistry.ParametersInvalid.selector, field));
        new ProverRegistry(token, ledger, owner, address(panelCourt), chosen);
    }
}
