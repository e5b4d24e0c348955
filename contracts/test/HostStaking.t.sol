// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {HostStaking} from "../src/HostStaking.sol";
import {PausableByGuardian} from "../src/PausableByGuardian.sol";
import {IHostStaking} from "../src/interfaces/IHostStaking.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {World} from "./World.sol";

contract HostStakingTest is World {
    function testStakeLeavesAfterUnbonding() public {
        assertTrue(staking.isActive(modelId, host, 1), "active at the minimum");
        vm.prank(host);
        staking.requestExit(modelId, 1);
        assertTrue(!staking.isActive(modelId, host, 1), "inactive below it");
        uint64 earliest = uint64(block.timestamp) + UNBONDING;
        vm.warp(earliest - 1);
        vm.expectRevert(abi.encodeWithSelector(IHostStaking.Unbonding.selector, earliest));
        vm.prank(host);
        staking.withdraw(modelId);
        vm.warp(earliest);
        vm.prank(host);
        staking.withdraw(modelId);
        assertEq(token.balanceOf(host), 1, "paid");
        vm.expectRevert(IHostStaking.NothingToWithdraw.selector);
        vm.prank(host);
        staking.withdraw(modelId);
    }

    function testNothingIsNoAmount() public {
        vm.startPrank(host);
        vm.expectRevert(IHostStaking.AmountZero.selector);
        staking.deposit(modelId, 0);
        vm.expectRevert(IHostStaking.AmountZero.selector);
        staking.requestExit(modelId, 0);
        vm.stopPrank();
        assertEq(staking.earliestWithdrawal(modelId, host), 0, "no time was started");
    }

    function testUnbondingIsTheLongestThatTheHostSigned() public {
        vm.prank(host);
        staking.requestExit(modelId, STAKE);
        IModelRegistry.Terms memory longer = terms();
        longer.unbondingTime = 30 days;
        vm.startPrank(owner);
        registry.publishTerms(modelId, longer);
        vm.stopPrank();
        assertEq(
            staking.earliestWithdrawal(modelId, host),
            block.timestamp + UNBONDING,
            "terms that the host did not sign do not bind it"
        );
    }

    function testASecondRequestStartsTheTimeAgain() public {
        vm.prank(host);
        staking.requestExit(modelId, 1);
        vm.warp(block.timestamp + 20 days);
        vm.prank(host);
        staking.requestExit(modelId, STAKE - 1);
        assertEq(staking.earliestWithdrawal(modelId, host), block.timestamp + UNBONDING, "again");
        vm.expectRevert(abi.encodeWithSelector(IHostStaking.StakeTooSmall.selector, 1, 0));
        vm.prank(host);
        staking.requestExit(modelId, 1);
    }

    function testNothingLeavesWhileACaseIsOpen() public {
        vm.prank(host);
        staking.requestExit(modelId, STAKE);
        uint256 free = block.timestamp + UNBONDING;
        vm.prank(address(court));
        staking.lock(modelId, host, 1);
        vm.warp(free);
        vm.expectRevert(abi.encodeWithSelector(IHostStaking.CaseOpen.selector, 1));
        vm.prank(host);
        staking.withdraw(modelId);
        vm.prank(address(court));
        staking.release(modelId, host, 1);
        vm.prank(host);
        staking.withdraw(modelId);
        assertEq(token.balanceOf(host), STAKE, "all of it");
    }

    function testWhoLeavesIsStillSlashed() public {
        vm.prank(host);
        staking.requestExit(modelId, STAKE / 4);
        slash(PENALTY);
        assertEq(staking.stakeOf(modelId, host).active, (STAKE - PENALTY) * 3 / 4, "active bears its part");
        assertEq(staking.stakeOf(modelId, host).exiting, (STAKE - PENALTY) / 4, "and so does what is leaving");
        assertEq(token.balanceOf(address(court)), PENALTY, "to the court");
    }

    function testASlashIsWholeHoweverItIsDivided(uint128 exiting, uint128 amount) public {
        exiting = 1 + exiting % STAKE;
        amount = amount % (STAKE + 1);
        vm.prank(host);
        staking.requestExit(modelId, exiting);
        slash(amount);
        IHostStaking.Stake memory left = staking.stakeOf(modelId, host);
        assertEq(uint256(left.active) + left.exiting + amount, STAKE, "nothing is lost to rounding");
        assertEq(token.balanceOf(address(court)), amount, "paid");
        uint256 exact = uint256(amount) * exiting;
        uint256 taken = exiting - left.exiting;
        assertTrue(taken * STAKE >= exact && taken * STAKE < exact + STAKE, "in proportion, rounded up for what leaves");
    }

    /// One unit of a slash is one unit: rounding never makes it nothing.
    function testTheSmallestSlashIsNotNothing() public {
        vm.prank(host);
        staking.requestExit(modelId, 1);
        slash(1);
        assertEq(token.balanceOf(address(court)), 1, "one");
        assertEq(staking.stakeOf(modelId, host).exiting, 0, "from what is leaving");
    }

    function testOnlyACourtRestoresAndPaysForIt() public {
        slash(PENALTY);
        vm.expectRevert(abi.encodeWithSelector(IHostStaking.NotCourt.selector, thief));
        vm.prank(thief);
        staking.restore(modelId, host, 1);
        vm.startPrank(address(court));
        token.approve(address(staking), PENALTY);
        staking.restore(modelId, host, PENALTY);
        vm.stopPrank();
        assertEq(staking.stakeOf(modelId, host).active, STAKE, "as before");
        assertEq(token.balanceOf(address(court)), 0, "by the court");
    }

    function testAdmitsSeveralCourtsFromTheStart() public {
        address[] memory courts = new address[](2);
        (courts[0], courts[1]) = (address(court), thief);
        HostStaking fresh = new HostStaking(token, registry, owner, courts);
        assertTrue(fresh.courtState(address(court)) == IHostStaking.CourtState.OPEN, "the first");
        assertTrue(fresh.courtState(thief) == IHostStaking.CourtState.OPEN, "the second");
        courts[1] = courts[0];
        vm.expectPartialRevert(IHostStaking.CourtStateInvalid.selector);
        new HostStaking(token, registry, owner, courts);
    }

    function testLocksWhatIsLeft(uint128 first, uint128 second) public {
        vm.startPrank(address(court));
        uint128 one = staking.lock(modelId, host, first);
        uint128 two = staking.lock(modelId, host, second);
        assertEq(one, first < STAKE ? first : STAKE, "first");
        assertEq(two, second < STAKE - one ? second : STAKE - one, "second");
        staking.slash(modelId, host, one);
        staking.slash(modelId, host, two);
        vm.stopPrank();
        IHostStaking.Stake memory stake = staking.stakeOf(modelId, host);
        assertEq(uint256(stake.active) + one + two, STAKE, "a slash is what was locked");
        assertEq(stake.locked, 0, "nothing stays locked");
    }

    function testACourtEndsOnlyWhatItLocked() public {
        vm.prank(owner);
        staking.setCourtState(thief, IHostStaking.CourtState.OPEN);
        vm.prank(address(court));
        staking.lock(modelId, host, PENALTY);
        vm.expectRevert(abi.encodeWithSelector(IHostStaking.LockTooSmall.selector, 1, 0));
        vm.prank(thief);
        staking.slash(modelId, host, 1);
    }

    function testNobodyElseLocksOrSlashes() public {
        bytes memory refusal = abi.encodeWithSelector(IHostStaking.NotCourt.selector, owner);
        vm.startPrank(owner);
        vm.expectRevert(refusal);
        staking.lock(modelId, host, 1);
        vm.expectRevert(refusal);
        staking.slash(modelId, host, 0);
        vm.expectRevert(refusal);
        staking.release(modelId, host, 0);
        vm.stopPrank();
    }

    function testAClosingCourtEndsItsCasesAndOpensNone() public {
        vm.prank(address(court));
        staking.lock(modelId, host, PENALTY);
        vm.prank(owner);
        staking.setCourtState(address(court), IHostStaking.CourtState.CLOSING);
        vm.startPrank(address(court));
        vm.expectRevert(abi.encodeWithSelector(IHostStaking.NotCourt.selector, address(court)));
        staking.lock(modelId, host, 1);
        staking.slash(modelId, host, PENALTY);
        vm.stopPrank();
        vm.expectPartialRevert(IHostStaking.CourtStateInvalid.selector);
        vm.prank(owner);
        staking.setCourtState(address(court), IHostStaking.CourtState.OPEN);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, thief));
        vm.prank(thief);
        staking.setCourtState(thief, IHostStaking.CourtState.OPEN);
    }

    function testAPauseKeepsNewStakeOutAndNothingIn() public {
        vm.expectRevert(abi.encodeWithSelector(PausableByGuardian.NotGuardian.selector, thief));
        vm.prank(thief);
        staking.pause();
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, thief));
        vm.prank(thief);
        staking.setGuardian(thief);
        vm.prank(owner);
        staking.setGuardian(prover);
        vm.prank(prover);
        staking.pause();
        vm.prank(host);
        staking.requestExit(modelId, STAKE / 2);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        vm.prank(host);
        staking.deposit(modelId, 1);
        slash(PENALTY);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(host);
        staking.withdraw(modelId);
        assertEq(token.balanceOf(host), (STAKE - PENALTY) / 2, "withdrawn while paused");
        vm.prank(owner);
        staking.unpause();
        vm.prank(host);
        staking.deposit(modelId, 1);
    }

    /// Otherwise a court could free again what another one holds.
    function testACourtFreesItsOwnLocksOnce() public {
        address second = address(0xC0DE);
        vm.prank(owner);
        staking.setCourtState(second, IHostStaking.CourtState.OPEN);
        vm.prank(second);
        staking.lock(modelId, host, 10);
        vm.startPrank(address(court));
        staking.lock(modelId, host, 10);
        staking.release(modelId, host, 10);
        vm.expectRevert(abi.encodeWithSelector(IHostStaking.LockTooSmall.selector, 1, 0));
        staking.release(modelId, host, 1);
        vm.stopPrank();
    }

    function testACourtThatWasAdmittedIsNotShutOut() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IHostStaking.CourtStateInvalid.selector,
                address(court),
                IHostStaking.CourtState.OPEN,
                IHostStaking.CourtState.NONE
            )
        );
        vm.prank(owner);
        staking.setCourtState(address(court), IHostStaking.CourtState.NONE);
    }

    function slash(uint128 amount) private {
        vm.startPrank(address(court));
        staking.lock(modelId, host, amount);
        staking.slash(modelId, host, amount);
        vm.stopPrank();
    }

    function testNoStakeForAModelThatIsNot() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, keccak256("none")));
        vm.prank(host);
        staking.deposit(keccak256("none"), 1);
        vm.expectRevert(IHostStaking.AmountZero.selector);
        vm.prank(host);
        staking.deposit(modelId, 0);
    }
}
