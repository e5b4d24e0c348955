// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CommunityShares} from "../src/CommunityShares.sol";
import {OmlProtocol} from "../src/OmlProtocol.sol";
import {RevenueVault} from "../src/RevenueVault.sol";
import {IHostStaking} from "../src/interfaces/IHostStaking.sol";
import {IPanelCourt} from "../src/interfaces/IPanelCourt.sol";
import {IPenaltyCourt} from "../src/interfaces/IPenaltyCourt.sol";
import {IPermitSettlement} from "../src/interfaces/IPermitSettlement.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {PanelWorld} from "./PanelWorld.sol";

/// @title Everything at once, and what everybody does in it
/// @notice Each `act_` is called in random order with random arguments. What must never happen is counted where it would.
abstract contract SystemWorld is PanelWorld {
    address internal constant ANN = address(0xA1);
    address internal constant BEN = address(0xB2);
    uint128 private constant STEP = 50e18;

    enum Deed {
        FORFEITED,
        REBUTTED,
        CONVICTED_R,
        CONVICTED_E,
        PAID,
        PLAN_OPENED,
        PLAN_CONVICTED,
        PLAN_PAID,
        SEAT_LEFT,
        EPOCH_CLOSED,
        BALANCE_LEFT,
        STAKE_LEFT,
        CLAIMED
    }

    struct Opened {
        bytes32 id;
        OmlProtocol.Receipt receipt;
        OmlProtocol.Permit named;
        bool hasPermit;
        bool wasRebutted;
    }

    CommunityShares internal shares;
    RevenueVault internal vault;

    uint256 internal supply;
    Opened[] internal cases;
    bytes32[] internal doubles;
    bytes32[] internal waiting;
    bytes32[] internal plans;
    address[] internal seats;
    uint256 internal bonds;
    uint256 internal staked = STAKE;
    uint256 internal unstaked;
    uint256 internal restored;
    uint64 internal exitAt;
    mapping(Deed deed => uint256) internal done;

    /// What must stay zero.
    uint256 internal earlyVerdicts;
    uint256 internal refusedRebuttals;
    uint256 internal wrongAcquittals;
    uint256 internal exitsWhileSlashable;

    uint64 private _serial;

    function setUp() public virtual override {
        super.setUp();
        address[] memory holders = new address[](2);
        (holders[0], holders[1]) = (ANN, BEN);
        uint256[] memory amounts = new uint256[](2);
        (amounts[0], amounts[1]) = (70e18, 31e18);
        address vaultToBe = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        shares = new CommunityShares("shares", "S", holders, amounts, IRevenueVault(vaultToBe));
        vault = new RevenueVault(token, shares);
        vm.prank(owner);
        registry.setTreasury(modelId, address(vault));
        fund(prover, 100_000e18);
        fund(host, 100_000e18);
        fund(operator, OPERATOR_BOND);
        vm.prank(host);
        token.approve(address(ledger), type(uint256).max);
        vm.startPrank(operator);
        token.approve(address(ledger), type(uint256).max);
        ledger.depositBond(1, OPERATOR_BOND);
        vm.stopPrank();
        for (uint256 i = 0; i < SEATED; i++) {
            seats.push(vm.addr(0x5EA7 + i));
        }
        supply = token.totalSupply();
    }

    /// A case R, by a receipt that names a permit or none, with a leaf or without; some commitments are never revealed.
    function act_caseWithoutPermit(uint256 seed) external {
        Opened memory made;
        made.hasPermit = seed % 3 != 0;
        made.named = freshPermit();
        made.receipt = receiptNaming(made.hasPermit ? OmlProtocol.structHash(made.named) : bytes32(0));
        made.receipt.servedAt = uint64(block.timestamp) - 5;
        made.receipt.clientRef = bytes32(uint256(_serial));
        IPenaltyCourt.Evidence memory evidence = sealedBy(GATEWAY_KEY, made.receipt);
        if (seed % 2 == 0) {
            delete evidence.opening;
        }
        bytes32 commitment = commitAs(prover, evidence);
        bonds++;
        if (seed % 7 == 0) {
            waiting.push(commitment);
            return;
        }
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        vm.prank(prover);
        made.id = court.reveal(evidence, NONCE);
        bonds--;
        cases.push(made);
    }

    /// A case E.
    function act_doubleUse(uint256 seed) external {
        bytes32 named = OmlProtocol.structHash(freshPermit());
        IPenaltyCourt.DoubleUse memory evidence;
        evidence.first = receiptNaming(named);
        evidence.second = receiptNaming(named);
        evidence.first.servedAt = uint64(block.timestamp) - 5;
        evidence.second.servedAt = uint64(block.timestamp) - 4 + uint64(seed % 3);
        evidence.firstSignature = signature(GATEWAY_KEY, digest(OmlProtocol.structHash(evidence.first)));
        evidence.secondSignature = signature(GATEWAY_KEY, digest(OmlProtocol.structHash(evidence.second)));
        bytes32 made = OmlProtocol.commitment(address(court), prover, keccak256(abi.encode(evidence)), NONCE);
        vm.prank(prover);
        court.commit(made);
        bonds++;
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        vm.prank(prover);
        doubles.push(court.revealDoubleUse(evidence, NONCE));
        bonds--;
    }

    function act_forfeit(uint256 which) external {
        bytes32 commitment = waiting[which % waiting.length];
        court.forfeit(commitment);
        bonds--;
        done[Deed.FORFEITED]++;
    }

    /// Whoever has the permit acquits for as long as the case can be rebutted, and nobody else ever does.
    function act_rebut(uint256 which) external {
        Opened storage opened = cases[which % cases.length];
        IPenaltyCourt.Case memory heard = court.caseOf(opened.id);
        bool mayAcquit = opened.hasPermit && heard.state == IPenaltyCourt.State.REVEALED
            && block.timestamp <= heard.revealedAt + WINDOW;
        bytes memory by = signature(SIGNER_KEY, digest(OmlProtocol.structHash(opened.named)));
        try court.rebut(opened.receipt, opened.named, by) {
            wrongAcquittals += mayAcquit ? 0 : 1;
            opened.wasRebutted = true;
            done[Deed.REBUTTED]++;
        } catch {
            refusedRebuttals += mayAcquit ? 1 : 0;
        }
    }

    function act_finalise(uint256 which, bool inTime) external {
        bytes32 caseId = caseAt(which);
        uint256 until = court.caseOf(caseId).revealedAt + WINDOW;
        if (inTime && block.timestamp <= until) {
            vm.warp(until + 1);
        }
        court.finalise(caseId);
        earlyVerdicts += block.timestamp <= until ? 1 : 0;
        if (court.caseOf(caseId).state == IPenaltyCourt.State.CONVICTED) {
            done[which % (cases.length + doubles.length) < cases.length ? Deed.CONVICTED_R : Deed.CONVICTED_E]++;
        }
    }

    function act_payout(uint256 which) external {
        court.payout(caseAt(which));
        done[Deed.PAID]++;
    }

    /// One plan at a time goes from one end to the next with each call.
    function act_panel(uint256 seed) external {
        IPanelCourt.State now_ = planId == 0 ? IPanelCourt.State.NONE : state();
        if (now_ == IPanelCourt.State.COMMITTED) {
            openOrExpire(seed);
        } else if (now_ == IPanelCourt.State.OPENED) {
            decidePlan();
        } else if (now_ == IPanelCourt.State.CONVICTED) {
            endPlan(seed);
        } else {
            beginPlan(seed);
        }
    }

    // A prank for each call: one that is started outlives a call that reverts.

    function act_seat(uint256 which) external {
        address who = seats[which % seats.length];
        if (token.balanceOf(who) < SEAT) {
            fund(who, SEAT);
        }
        bool bonded = provers.proverOf(who).bond != 0;
        bool seated = provers.proverOf(who).place != 0;
        if (!bonded) {
            vm.prank(who);
            token.approve(address(provers), SEAT);
            vm.prank(who);
            provers.bond();
        } else if (seated) {
            vm.prank(who);
            provers.requestExit();
        } else {
            vm.prank(who);
            provers.withdraw();
            done[Deed.SEAT_LEFT]++;
        }
    }

    function act_stake(uint256 what, uint128 amount) external {
        IHostStaking.Stake memory before = staking.stakeOf(modelId, host);
        vm.prank(host);
        if (what % 3 == 0) {
            amount = 1 + amount % STAKE;
            staking.deposit(modelId, amount);
            staked += amount;
        } else if (what % 3 == 1) {
            staking.requestExit(modelId, 1 + amount % STAKE);
            exitAt = uint64(block.timestamp);
        } else {
            staking.withdraw(modelId);
            unstaked += before.exiting;
            bool slashable = before.openCases != 0 || block.timestamp < exitAt + UNBONDING;
            exitsWhileSlashable += slashable ? 1 : 0;
            done[Deed.STAKE_LEFT]++;
        }
    }

    function act_balance(uint256 what, uint128 amount) external {
        amount = 1 + amount % STEP;
        vm.prank(host);
        if (what % 3 == 0) {
            ledger.deposit(modelId, amount);
        } else if (what % 3 == 1) {
            ledger.requestWithdrawal(modelId, amount);
        } else {
            ledger.withdraw(modelId);
            done[Deed.BALANCE_LEFT]++;
        }
    }

    /// An epoch that charges the host less or more than it has.
    function act_epoch(uint128 amount) external {
        vm.warp(block.timestamp + 1);
        amount = amount % STEP;
        bytes memory charges = abi.encodePacked(host, uint64(1), amount);
        uint64 epoch = ledger.progressOf(modelId).epoch + 1;
        bytes32 head = this.headOf(charges);
        vm.prank(operator);
        ledger.postEpoch(
            modelId,
            epoch,
            IPermitSettlement.EpochHeader(keccak256("permits"), head, 1, uint64(block.timestamp), amount)
        );
        ledger.settle(modelId, epoch, charges, OmlProtocol.CHARGES_END);
        done[Deed.EPOCH_CLOSED]++;
    }

    function act_collect(uint256 which, bool fromPanels) external {
        address account = accountAt(which);
        if (fromPanels) {
            panelCourt.collect(account);
        } else {
            court.collect(account);
        }
    }

    function act_shares(uint256 what, uint256 amount) external {
        (address from, address to) = what % 2 == 0 ? (ANN, BEN) : (BEN, ANN);
        if (what % 4 < 2) {
            amount = amount % (shares.balanceOf(from) + 1);
            vm.prank(from);
            assertTrue(shares.transfer(to, amount), "moved");
        } else {
            vault.claim(from);
            done[Deed.CLAIMED]++;
        }
    }

    function act_wait(uint32 time) external {
        uint64[5] memory steps = [REVEAL_MINIMUM, 1 hours, 1 days + 1, 2 days, UNBONDING];
        vm.warp(block.timestamp + steps[time % 5]);
    }

    function headOf(bytes calldata charges) external pure returns (bytes32) {
        return OmlProtocol.chargeHead(charges, OmlProtocol.CHARGES_END);
    }

    function openOutside(uint32 index) external {
        openAsk(index);
    }

    function accountAt(uint256 which) internal view returns (address) {
        address[4] memory others = [prover, address(vault), FORFEITS, host];
        which %= seats.length + 4;
        return which < 4 ? others[which] : seats[which - 4];
    }

    function caseAt(uint256 which) internal view returns (bytes32) {
        which %= cases.length + doubles.length;
        return which < cases.length ? cases[which].id : doubles[which - cases.length];
    }

    function freshPermit() private returns (OmlProtocol.Permit memory made) {
        made = permit();
        made.serial = ++_serial;
        made.issuedAt = uint64(block.timestamp) - 10;
        made.expiresAt = made.issuedAt + 300;
    }

    function beginPlan(uint256 seed) private {
        planNonce = keccak256(abi.encode(planNonce, "next"));
        kind = seed % 2 == 0 ? IPanelCourt.Kind.N : IPanelCourt.Kind.T;
        commitPlan();
        plans.push(planId);
        if (seed % 5 == 4) {
            return;
        }
        vm.roll(block.number + SEED_DELAY + 1);
        provers.drawPanel(planId);
        vm.warp(provers.panelOf(planId).drawnAt + 1 days);
        for (uint256 place = 0; place < SIZE; place++) {
            commitAnswersOf(place);
        }
        vm.warp(provers.answerUntil(planId) + 1);
        for (uint32 i = 0; i < QUESTIONS; i++) {
            if (seed % 4 != 1 || uint256(keccak256(abi.encode(seed, i))) % 30 != 0) {
                reveal(i);
            }
        }
    }

    function openOrExpire(uint256 seed) private {
        if (provers.membersOf(planId).length == 0 || block.timestamp > provers.revealUntil(planId) + OPEN_TIME) {
            vm.roll(block.number + 300);
            panelCourt.expire(planId);
            return;
        }
        openPlan();
        done[Deed.PLAN_OPENED]++;
        for (uint32 i = 0; i < QUESTIONS; i++) {
            // A leaf may be spent, and an answer held back.
            try this.openOutside(i) {
                if (seed % 3 == 0 && uint256(keccak256(abi.encode(seed, i))) % 10 == 0) {
                    rebut(i);
                }
            } catch {}
        }
    }

    function decidePlan() private {
        uint256 until = panelCourt.trialOf(planId).rebuttableUntil;
        try panelCourt.decide(planId) {
            earlyVerdicts += block.timestamp <= until ? 1 : 0;
        } catch {
            afterWindow();
            panelCourt.decide(planId);
        }
        done[Deed.PLAN_CONVICTED] += state() == IPanelCourt.State.CONVICTED ? 1 : 0;
        address[] memory members = provers.membersOf(planId);
        for (uint256 i = 0; i < members.length; i++) {
            try provers.punishSilence(planId, members[i]) {} catch {}
        }
    }

    function endPlan(uint256 seed) private {
        if (seed % 4 == 3) {
            vm.prank(owner);
            panelCourt.stop(planId, true);
            restored += panelCourt.trialOf(planId).penalty;
        } else {
            vm.warp(block.timestamp + PANEL_PAYOUT_DELAY);
            panelCourt.payout(planId);
            done[Deed.PLAN_PAID]++;
        }
    }
}
