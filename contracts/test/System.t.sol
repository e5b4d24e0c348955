// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IHostStaking} from "../src/interfaces/IHostStaking.sol";
import {IPanelCourt} from "../src/interfaces/IPanelCourt.sol";
import {IPenaltyCourt} from "../src/interfaces/IPenaltyCourt.sol";
import {IPermitSettlement} from "../src/interfaces/IPermitSettlement.sol";
import {SystemWorld} from "./SystemWorld.sol";

/// @title What holds of all contracts together, whatever happens in whatever order
contract SystemTest is SystemWorld {
    struct Selectors {
        address addr;
        bytes4[] selectors;
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(this);
    }

    function targetSelectors() public view returns (Selectors[] memory targets) {
        bytes4[13] memory each = [
            this.act_caseWithoutPermit.selector,
            this.act_doubleUse.selector,
            this.act_forfeit.selector,
            this.act_rebut.selector,
            this.act_finalise.selector,
            this.act_payout.selector,
            this.act_panel.selector,
            this.act_seat.selector,
            this.act_stake.selector,
            this.act_balance.selector,
            this.act_epoch.selector,
            this.act_collect.selector,
            this.act_wait.selector
        ];
        targets = new Selectors[](1);
        bytes4[] memory actions = new bytes4[](each.length + 1);
        for (uint256 i = 0; i < each.length; i++) {
            actions[i] = each[i];
        }
        actions[each.length] = this.act_shares.selector;
        targets[0] = Selectors(address(this), actions);
    }

    /// One for all, since every invariant of its own is a campaign of its own.
    /// forge-config: default.invariant.runs = 10
    function invariantTheSystemHolds() public view {
        moneyInIsMoneyOutAndBalances();
        noSlashWithoutAValidCase();
        aLeafIsRewardedOnce();
        nobodyLeavesWhileSlashable();
        whoHasAPermitIsNotConvicted();
        claimsNeverExceedRevenue();
    }

    function moneyInIsMoneyOutAndBalances() private view {
        moneyOfStaking();
        moneyOfPenaltyCourt();
        moneyOfPanelCourt();
        moneyOfProvers();
        moneyOfLedger();
        assertEq(token.totalSupply(), supply, "nothing is made or lost");
    }

    /// What left the stake without the host's doing is exactly what cases took that have a conviction.
    function noSlashWithoutAValidCase() private view {
        uint256 taken = 0;
        for (uint256 i = 0; i < cases.length + doubles.length; i++) {
            IPenaltyCourt.Case memory heard = court.caseOf(caseAt(i));
            bool convicted = heard.state == IPenaltyCourt.State.CONVICTED || heard.state == IPenaltyCourt.State.PAID;
            taken += convicted ? heard.penalty : 0;
            assertTrue(!heard.rewarded || (convicted && heard.leaf != 0), "no leaf, no reward");
            assertTrue(
                !convicted || heard.finalisedAt > heard.revealedAt + WINDOW, "nobody is convicted within the window"
            );
        }
        for (uint256 i = 0; i < plans.length; i++) {
            IPanelCourt.Trial memory trial = panelCourt.trialOf(plans[i]);
            bool stopped = trial.state == IPanelCourt.State.STOPPED;
            if (stopped || trial.state == IPanelCourt.State.CONVICTED || trial.state == IPanelCourt.State.PAID) {
                taken += trial.penalty;
                openingsConvict(plans[i], trial);
            }
        }
        IHostStaking.Stake memory stake = staking.stakeOf(modelId, host);
        assertEq(staked + restored, unstaked + taken + stake.active + stake.exiting, "slashes are convictions");
    }

    function aLeafIsRewardedOnce() private view {
        uint256 rewarded = 0;
        for (uint256 i = 0; i < cases.length; i++) {
            rewarded += court.caseOf(cases[i].id).rewarded ? 1 : 0;
        }
        assertTrue(rewarded <= 1, "all cases R of this world have one leaf");
    }

    function nobodyLeavesWhileSlashable() private view {
        assertEq(exitsWhileSlashable, 0, "exits");
        IHostStaking.Stake memory stake = staking.stakeOf(modelId, host);
        assertTrue(stake.locked <= uint256(stake.active) + stake.exiting, "what is locked is there");
        (uint256 locked, uint256 open) = openLocks();
        assertEq(stake.locked, locked, "the locks are the open cases'");
        assertEq(stake.openCases, open, "each is counted");
    }

    function whoHasAPermitIsNotConvicted() private view {
        assertEq(earlyVerdicts, 0, "no verdict within a window");
        assertEq(refusedRebuttals, 0, "a permit acquits until the window ends");
        assertEq(wrongAcquittals, 0, "and nothing else does");
        for (uint256 i = 0; i < cases.length; i++) {
            IPenaltyCourt.State now_ = court.caseOf(cases[i].id).state;
            assertTrue(!cases[i].wasRebutted || now_ == IPenaltyCourt.State.REBUTTED, "and for good");
        }
    }

    function claimsNeverExceedRevenue() private view {
        uint256 open = vault.claimable(ANN) + vault.claimable(BEN);
        assertTrue(open <= token.balanceOf(address(vault)), "what can be claimed is there");
        assertTrue(open + 2 >= token.balanceOf(address(vault)), "dust alone has no owner");
    }

    /// Whatever came before, every interesting thing can still happen; and where it did, the invariants hold.
    function afterInvariant() public {
        makeEverythingHappen();
        for (uint256 deed = 0; deed <= uint256(type(Deed).max); deed++) {
            assertTrue(done[Deed(deed)] != 0, string.concat("deed ", vm.toString(deed)));
        }
        invariantTheSystemHolds();
    }

    function testEverythingHappensFromTheBeginning() public {
        afterInvariant();
    }

    function makeEverythingHappen() private {
        // It may slash members, whose seats are taken again before the next draw.
        finishPlan();
        seatsAreFull();
        if (done[Deed.PLAN_CONVICTED] == 0 || done[Deed.PLAN_PAID] == 0) {
            freshLeaves();
            for (uint256 i = 0; i < 4; i++) {
                this.act_panel(ALL_HITS);
            }
        }
        this.act_stake(0, STAKE - 1);
        this.act_caseWithoutPermit(1);
        this.act_rebut(cases.length - 1);
        this.act_caseWithoutPermit(9);
        this.act_finalise(cases.length - 1, true);
        this.act_wait(3);
        this.act_payout(cases.length - 1);
        this.act_doubleUse(0);
        this.act_finalise(cases.length + doubles.length - 1, true);
        this.act_caseWithoutPermit(7);
        this.act_wait(3);
        this.act_forfeit(waiting.length - 1);
        this.act_balance(0, 49e18);
        this.act_balance(0, 49e18);
        this.act_epoch(1e18);
        this.act_balance(1, 0);
        this.act_wait(4);
        this.act_balance(2, 0);
        leaveTheStake();
        leaveASeat();
        court.collect(address(vault));
        this.act_shares(2, 0);
    }

    /// A number that no choice of the plan's actions holds back or rebuts.
    uint256 private constant ALL_HITS = 1_000_001_000;

    function finishPlan() private {
        if (planId == 0) {
            return;
        }
        for (uint256 i = 0; i < 3; i++) {
            IPanelCourt.State now_ = state();
            if (
                now_ == IPanelCourt.State.COMMITTED || now_ == IPanelCourt.State.OPENED
                    || now_ == IPanelCourt.State.CONVICTED
            ) {
                this.act_wait(4);
                this.act_panel(ALL_HITS);
            }
        }
    }

    /// Another instance's, which no conviction has spent.
    function freshLeaves() private {
        traced = publishTraced(1000 + plans.length, 1);
        vm.warp(block.timestamp + 1);
    }

    function seatsAreFull() private {
        for (uint256 i = 0; i < seats.length; i++) {
            address who = seats[i];
            if (provers.proverOf(who).place == 0) {
                if (provers.proverOf(who).bond != 0) {
                    vm.warp(block.timestamp + EXIT_DELAY);
                    this.act_seat(i);
                }
                this.act_seat(i);
            }
        }
        vm.warp(block.timestamp + MINIMUM_AGE + 1);
    }

    function leaveASeat() private {
        for (uint256 i = 0; i < 3 && done[Deed.SEAT_LEFT] == 0; i++) {
            this.act_seat(0);
            vm.warp(block.timestamp + EXIT_DELAY);
        }
    }

    function leaveTheStake() private {
        for (uint256 i = 0; i < cases.length + doubles.length; i++) {
            if (court.caseOf(caseAt(i)).state == IPenaltyCourt.State.REVEALED) {
                this.act_finalise(i, true);
            }
        }
        this.act_stake(0, STAKE - 1);
        this.act_stake(1, 0);
        this.act_wait(4);
        this.act_stake(2, 0);
    }

    function moneyOfStaking() private view {
        IHostStaking.Stake memory stake = staking.stakeOf(modelId, host);
        assertEq(token.balanceOf(address(staking)), uint256(stake.active) + stake.exiting, "staking holds the stake");
    }

    function moneyOfPenaltyCourt() private view {
        uint256 owed = bonds * BOND;
        for (uint256 i = 0; i < cases.length + doubles.length; i++) {
            IPenaltyCourt.Case memory heard = court.caseOf(caseAt(i));
            owed += heard.state == IPenaltyCourt.State.CONVICTED ? heard.penalty : 0;
        }
        for (uint256 i = 0; i < seats.length + 4; i++) {
            owed += court.owed(accountAt(i));
        }
        assertEq(token.balanceOf(address(court)), owed, "bonds, slashes and what is owed");
    }

    function moneyOfPanelCourt() private view {
        uint256 owed = 0;
        for (uint256 i = 0; i < plans.length; i++) {
            IPanelCourt.Trial memory trial = panelCourt.trialOf(plans[i]);
            bool open = trial.state == IPanelCourt.State.COMMITTED || trial.state == IPanelCourt.State.OPENED;
            owed += open ? PLAN_BOND : 0;
            owed += trial.state == IPanelCourt.State.CONVICTED ? trial.penalty : 0;
        }
        for (uint256 i = 0; i < seats.length + 4; i++) {
            owed += panelCourt.owed(accountAt(i));
        }
        assertEq(token.balanceOf(address(panelCourt)), owed, "plans' bonds, slashes and what is owed");
    }

    function moneyOfProvers() private view {
        uint256 owed = provers.slashed();
        for (uint256 i = 0; i < seats.length; i++) {
            owed += provers.proverOf(seats[i]).bond;
        }
        assertEq(token.balanceOf(address(provers)), owed, "bonds and what was slashed");
    }

    function moneyOfLedger() private view {
        IPermitSettlement.Balance memory left = ledger.balanceOf(modelId, host);
        assertEq(
            token.balanceOf(address(ledger)),
            uint256(left.available) + left.leaving + ledger.operatorOf(1).bond + ledger.progressOf(modelId).revenue,
            "balances, revenue and the operator's bond"
        );
    }

    function openLocks() private view returns (uint256 locked, uint256 open) {
        for (uint256 i = 0; i < cases.length + doubles.length; i++) {
            IPenaltyCourt.Case memory heard = court.caseOf(caseAt(i));
            if (heard.state == IPenaltyCourt.State.REVEALED) {
                locked += heard.penalty;
                open++;
            }
        }
        for (uint256 i = 0; i < plans.length; i++) {
            IPanelCourt.Trial memory trial = panelCourt.trialOf(plans[i]);
            if (trial.state == IPanelCourt.State.OPENED) {
                locked += trial.penalty;
                open++;
            }
        }
    }

    /// N and T: each hit that counted is an opened leaf behind a committed and revealed answer, and they are enough.
    function openingsConvict(bytes32 plan_, IPanelCourt.Trial memory trial) private view {
        uint256 hits = 0;
        for (uint32 i = 0; i < QUESTIONS; i++) {
            if (panelCourt.askOf(plan_, i).state == IPanelCourt.AskState.HIT) {
                assertTrue(provers.attestationOf(plan_, i) != 0, "a revealed answer");
                hits++;
            }
        }
        assertEq(hits, trial.hits, "no hit without an opening");
        assertTrue(panelCourt.isEnough(hits, trial.questions - trial.dropped), "enough of them");
        assertTrue(trial.decidedAt > trial.rebuttableUntil, "after the window");
    }
}
