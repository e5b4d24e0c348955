// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IOperatorBond} from "../src/interfaces/IOperatorBond.sol";
import {IPermitLedger} from "../src/interfaces/IPermitLedger.sol";
import {IPermitSettlement} from "../src/interfaces/IPermitSettlement.sol";
import {LedgerWorld} from "./LedgerWorld.sol";

contract EpochSettlementTest is LedgerWorld {
    function testAnEpochMovesWhatHostsUsedToTheTreasury() public {
        prepay(host, 10e18);
        prepay(otherHost, 5e18);
        bytes memory first = charge(host, 100, 100 * PRICE);
        bytes memory second = charge(otherHost, 50, 50 * PRICE);
        post(1, bytes.concat(first, second), 150, 150 * PRICE);
        bytes32 rest = this.headOf(second, END);
        ledger.settle(modelId, 1, first, rest);
        assertTrue(!ledger.progressOf(modelId).closed, "a batch is left");
        assertEq(token.balanceOf(community), 0, "revenue flows at the end");
        ledger.settle(modelId, 1, second, END);

        assertEq(ledger.balanceOf(modelId, host).available, 10e18 - 100 * PRICE, "host");
        assertEq(ledger.balanceOf(modelId, otherHost).available, 5e18 - 50 * PRICE, "other host");
        assertEq(token.balanceOf(community), 150 * PRICE, "revenue");
        IPermitSettlement.Progress memory progress = ledger.progressOf(modelId);
        assertTrue(progress.closed && progress.countLeft == 0 && progress.totalLeft == 0, "closed");
        assertEq(progress.revenue, 0, "collected");
    }

    function testAnEpochIsPostedOnceAndInOrder() public {
        prepay(host, 1e18);
        IPermitSettlement.EpochHeader memory content = header(keccak256("r"), charge(host, 1, PRICE), 1, PRICE);
        refusedPost(2, content, abi.encodeWithSelector(IPermitSettlement.EpochOutOfOrder.selector, 1));
        refusedPost(0, content, abi.encodeWithSelector(IPermitSettlement.EpochOutOfOrder.selector, 1));
        post(1, content);
        refusedPost(1, content, abi.encodeWithSelector(IPermitSettlement.EpochOutOfOrder.selector, 2));
        vm.warp(block.timestamp + 1);
        content.until = uint64(block.timestamp);
        refusedPost(2, content, abi.encodeWithSelector(IPermitSettlement.EpochStillOpen.selector, 1));
        settle(1, charge(host, 1, PRICE));
        refusedPost(1, content, abi.encodeWithSelector(IPermitSettlement.EpochOutOfOrder.selector, 2));
        post(2, content);
    }

    function testEpochsFollowOneAnotherInTime() public {
        post(1, header(0, "", 0, 0));
        refusedPost(2, header(0, "", 0, 0), invalid("until"));
        IPermitSettlement.EpochHeader memory future = header(0, "", 0, 0);
        future.until++;
        refusedPost(2, future, invalid("until"));
    }

    function testOnlyABondedOperatorPosts() public {
        IPermitSettlement.EpochHeader memory content = header(0, "", 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IOperatorBond.NotOperator.selector, thief));
        vm.prank(thief);
        ledger.postEpoch(modelId, 1, content);
        vm.prank(owner);
        ledger.setOperator(thief);
        vm.expectRevert(abi.encodeWithSelector(IOperatorBond.BondTooSmall.selector, 0, OPERATOR_BOND));
        vm.prank(thief);
        ledger.postEpoch(modelId, 1, content);
        refusedPost(1, content, abi.encodeWithSelector(IOperatorBond.NotOperator.selector, operator));
    }

    function testAnEpochsPartsFitOneAnother() public {
        refusedPost(1, header(keccak256("r"), "", 0, 0), invalid("permitRoot"));
        refusedPost(1, header(0, charge(host, 1, 1), 1, 1), invalid("permitRoot"));
        refusedPost(1, header(keccak256("r"), "", 1, 1), invalid("chargeHead"));
        refusedPost(1, header(0, charge(host, 1, 1), 0, 0), invalid("chargeHead"));
        refusedPost(1, header(0, "", 0, 1), invalid("total"));
        IPermitSettlement.EpochHeader memory headless = header(keccak256("r"), charge(host, 1, 1), 1, 1);
        headless.chargeHead = 0;
        refusedPost(1, headless, invalid("chargeHead"));
    }

    function testChargesAreThoseThatWerePosted() public {
        prepay(host, 10e18);
        prepay(otherHost, 10e18);
        bytes memory first = charge(host, 1, PRICE);
        bytes memory second = charge(otherHost, 2, 2 * PRICE);
        post(1, bytes.concat(first, second), 3, 3 * PRICE);
        bytes32 rest = this.headOf(second, END);
        refusedCharges(charge(host, 1, PRICE + 1), rest);
        refusedCharges(charge(thief, 1, PRICE), rest);
        refusedCharges(charge(host, 2, PRICE), rest);
        refusedCharges(bytes.concat(second, first), END);
        refusedCharges(second, END);
        refusedCharges(first, END);
        ledger.settle(modelId, 1, first, rest);
        // Neither again nor from the beginning.
        refusedCharges(first, rest);
        refusedCharges(bytes.concat(first, second), END);
        ledger.settle(modelId, 1, second, END);
        vm.expectRevert(abi.encodeWithSelector(IPermitSettlement.EpochNotOpen.selector, 1));
        ledger.settle(modelId, 1, second, END);
        vm.expectRevert(abi.encodeWithSelector(IPermitSettlement.EpochNotOpen.selector, 0));
        ledger.settle(modelId, 0, second, END);
        vm.expectRevert(abi.encodeWithSelector(IPermitSettlement.EpochNotOpen.selector, 2));
        ledger.settle(modelId, 2, second, END);
    }

    function testABatchIsWholeAndBounded() public {
        prepay(host, 1e18);
        bytes memory whole = charge(host, 1, PRICE);
        post(1, whole, 1, PRICE);
        malformed("");
        malformed(bytes.concat(whole, hex"00"));
        malformed(new bytes(501 * OmlProtocol.CHARGE_SIZE));
    }

    function testAnEpochClosesOnlyWhenItAddsUp() public {
        prepay(host, 10e18);
        bytes memory charges = charge(host, 3, 3 * PRICE);
        wrongSum(1, charges, 2, 3 * PRICE);
        wrongSum(2, charges, 4, 3 * PRICE);
        wrongSum(3, charges, 3, 3 * PRICE - 1);
        wrongSum(4, charges, 3, 3 * PRICE + 1);
        assertEq(ledger.balanceOf(modelId, host).available, 10e18, "nobody was charged");
        assertEq(token.balanceOf(community), 4 * OMISSION_PENALTY, "forfeited");
    }

    /// Nor does a sum that is right again once it has gone around 64 or 128 bits.
    function testNoBatchGoesBeyondWhatWasPosted() public {
        tooMuch(1, charge(host, 4, PRICE), 3, 2 * PRICE);
        tooMuch(2, charge(host, 1, 2 * PRICE + 1), 3, 2 * PRICE);
        tooMuch(3, bytes.concat(charge(host, type(uint64).max, PRICE), charge(host, 2, PRICE)), 3, 2 * PRICE);
        tooMuch(4, bytes.concat(charge(host, 1, type(uint128).max), charge(host, 1, PRICE + 1)), 3, 2 * PRICE);
    }

    function testWhatABalanceDoesNotCoverIsDebtAndBlocks() public {
        prepay(host, 30 * PRICE);
        charged(1, host, 100, 100 * PRICE);
        IPermitSettlement.Balance memory left = ledger.balanceOf(modelId, host);
        assertEq(left.available, 0, "nothing below zero");
        assertEq(left.debt, 70 * PRICE, "the shortfall");
        assertTrue(ledger.isBlocked(modelId, host), "blocked");
        assertEq(token.balanceOf(community), 30 * PRICE, "what was there");

        prepay(host, 20 * PRICE);
        assertEq(ledger.balanceOf(modelId, host).debt, 50 * PRICE, "paid first");
        assertTrue(ledger.isBlocked(modelId, host), "still");
        prepay(host, 60 * PRICE);
        left = ledger.balanceOf(modelId, host);
        assertEq(left.debt, 0, "paid");
        assertEq(left.available, 10 * PRICE, "the rest is available");
        assertTrue(!ledger.isBlocked(modelId, host), "free");
        ledger.collectRevenue(modelId);
        assertEq(token.balanceOf(community), 100 * PRICE, "all of it");
    }

    function testAskingEverythingBackDodgesNoCharge() public {
        prepay(host, 100 * PRICE);
        vm.prank(host);
        ledger.requestWithdrawal(modelId, 90 * PRICE);
        charged(1, host, 40, 40 * PRICE);
        IPermitSettlement.Balance memory left = ledger.balanceOf(modelId, host);
        assertEq(left.available, 0, "first what is available");
        assertEq(left.leaving, 60 * PRICE, "then what is leaving");
        assertEq(left.debt, 0, "no debt");
        vm.warp(block.timestamp + 7 days);
        uint256 before = token.balanceOf(host);
        vm.prank(host);
        ledger.withdraw(modelId);
        assertEq(token.balanceOf(host), before + 60 * PRICE, "the rest");
    }

    function testNothingIsChargedBeyondTheAcknowledgement() public {
        prepay(host, 10e18);
        uint128 credit = uint128(MAXIMUM_UNACKNOWLEDGED) * PRICE;
        assertEq(ledger.balanceOf(modelId, host).headroom, credit, "the terms' credit");
        charged(1, host, 1500, 1500 * PRICE);
        IPermitSettlement.Balance memory left = ledger.balanceOf(modelId, host);
        assertEq(left.available, 10e18 - credit, "no more than the credit");
        assertEq(left.headroom, 0, "used up");
        assertEq(left.debt, 0, "what is refused is not owed");
        vm.warp(block.timestamp + 1);
        charged(2, host, 1, PRICE);
        assertEq(ledger.balanceOf(modelId, host).available, 10e18 - credit, "nothing");

        OmlProtocol.UsageAck memory ack = acknowledged(host, 1500, 1500 * PRICE);
        ledger.acknowledge(ack, 0, signed(HOST_KEY, OmlProtocol.structHash(ack)));
        assertEq(ledger.balanceOf(modelId, host).headroom, 1500 * PRICE, "as much as was acknowledged");
        vm.warp(block.timestamp + 1);
        charged(3, host, 2000, 2000 * PRICE);
        assertEq(ledger.balanceOf(modelId, host).available, 10e18 - credit - 1500 * PRICE, "and no more");
    }

    function testAHostWithoutTermsIsChargedNothing() public {
        prepay(prover, 1e18);
        charged(1, prover, 1, PRICE);
        assertEq(ledger.balanceOf(modelId, prover).available, 1e18, "it signed nothing");
        assertEq(ledger.balanceOf(modelId, prover).debt, 0, "and owes nothing");
    }

    function testAnAcknowledgementIsTheHostsAndOnlyGrows() public {
        OmlProtocol.UsageAck memory ack = acknowledged(host, 10, 10 * PRICE);
        bytes32 hash = OmlProtocol.structHash(ack);
        refusedAck(ack, 0, GATEWAY_KEY, notSigned(GATEWAY_KEY));
        refusedAck(ack, instanceId, OTHER_HOST_KEY, notSigned(OTHER_HOST_KEY));
        refusedAck(ack, keccak256("none"), GATEWAY_KEY, notSigned(GATEWAY_KEY));
        ledger.acknowledge(ack, instanceId, signed(GATEWAY_KEY, hash));
        assertEq(ledger.acknowledgedBy(modelId, host).cumulativeCharge, 10 * PRICE, "acknowledged");
        bytes memory stale = abi.encodeWithSelector(
            IPermitSettlement.AcknowledgementStale.selector, uint64(10), uint128(10 * PRICE)
        );
        refusedAck(ack, 0, HOST_KEY, stale);
        refusedAck(acknowledged(host, 11, 10 * PRICE - 1), 0, HOST_KEY, stale);
        refusedAck(acknowledged(host, 9, 11 * PRICE), 0, HOST_KEY, stale);
        ack = acknowledged(host, 12, 12 * PRICE);
        ack.acknowledgedAt++;
        refusedAck(
            ack,
            0,
            HOST_KEY,
            abi.encodeWithSelector(IPermitSettlement.AcknowledgementFromFuture.selector, ack.acknowledgedAt)
        );
    }

    /// A host that admits more than there is cannot keep an epoch open, nor harm anybody but itself.
    function testAnAbsurdAcknowledgementStopsNoSettlement() public {
        prepay(host, 1);
        prepay(otherHost, 1e18);
        OmlProtocol.UsageAck memory ack = acknowledged(host, type(uint64).max, type(uint128).max);
        ledger.acknowledge(ack, 0, signed(HOST_KEY, OmlProtocol.structHash(ack)));
        assertEq(ledger.balanceOf(modelId, host).headroom, type(uint128).max, "as much as fits");
        // New terms with a larger credit, which the next charge takes note of.
        IModelRegistry.Terms memory larger = terms();
        larger.pricePerQuery = 5e15;
        vm.prank(owner);
        registry.publishTerms(modelId, larger);
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 2);
        accepted.termsVersion = 2;
        OmlProtocol.InstanceAcceptance memory made = acceptance(instanceOf(accepted));
        bytes memory first = signed(HOST_KEY, OmlProtocol.structHash(accepted));
        bytes memory second = signed(HOST_KEY, OmlProtocol.structHash(made));
        vm.prank(owner);
        registry.publishInstance(accepted, first, made, second);

        bytes memory charges = bytes.concat(charge(host, 1, PRICE), charge(otherHost, 1, PRICE));
        post(1, charges, 2, 2 * PRICE);
        settle(1, charges);
        assertEq(ledger.balanceOf(modelId, host).debt, PRICE - 1, "its own debt");
        assertEq(token.balanceOf(community), PRICE + 1, "and everybody is charged");
    }

    function testAnotherHostsGatewayAcknowledgesNothing() public {
        OmlProtocol.UsageAck memory ack = acknowledged(otherHost, 10, 10 * PRICE);
        // The gateway's key is that of an instance of `host`.
        refusedAck(ack, instanceId, GATEWAY_KEY, notSigned(GATEWAY_KEY));
    }

    function testAReplacedGatewayKeyAcknowledgesNothing() public {
        vm.prank(host);
        registry.replaceGatewayKey(instanceId, thief, uint64(block.timestamp) + NOTICE);
        vm.warp(block.timestamp + NOTICE);
        OmlProtocol.UsageAck memory ack = acknowledged(host, 10, 10 * PRICE);
        ack.acknowledgedAt -= 2 * NOTICE;
        refusedAck(ack, instanceId, GATEWAY_KEY, notSigned(GATEWAY_KEY));
    }

    function testBalancesLeaveAtOnceWhenTheOperatorIsSilent() public {
        prepay(host, 10e18);
        uint64 last = uint64(block.timestamp);
        vm.prank(host);
        ledger.requestWithdrawal(modelId, 4e18);
        vm.warp(last + SILENCE);
        vm.expectRevert(abi.encodeWithSelector(IPermitLedger.TooEarly.selector, last + SILENCE + 1));
        vm.prank(host);
        ledger.withdrawFromSilence(modelId);
        post(1, header(0, "", 0, 0));
        vm.warp(last + SILENCE + 1);
        assertTrue(!ledger.isSilent(modelId), "an empty epoch is a sign of life");
        vm.warp(last + 2 * SILENCE + 1);
        uint256 before = token.balanceOf(host);
        vm.startPrank(host);
        ledger.withdrawFromSilence(modelId);
        assertEq(token.balanceOf(host), before + 10e18, "available and leaving");
        vm.expectRevert(IPermitSettlement.NothingToWithdraw.selector);
        ledger.withdrawFromSilence(modelId);
        vm.expectRevert(IPermitSettlement.NothingToWithdraw.selector);
        ledger.withdraw(modelId);
        vm.stopPrank();
    }

    function testAnAbandonedEpochChargesNobodyAndCostsTheOperator() public {
        prepay(host, 1e18);
        prepay(otherHost, 1e18);
        bytes memory first = charge(host, 1, PRICE);
        bytes memory second = charge(otherHost, 1, PRICE);
        post(1, bytes.concat(first, second), 2, 2 * PRICE);
        ledger.settle(modelId, 1, first, this.headOf(second, END));
        vm.expectRevert(abi.encodeWithSelector(IOperatorBond.NotOperator.selector, thief));
        vm.prank(thief);
        ledger.abandonEpoch(modelId);
        vm.prank(operator);
        ledger.abandonEpoch(modelId);
        assertEq(ledger.balanceOf(modelId, otherHost).available, 1e18, "not charged");
        assertEq(ledger.operatorOf(OPERATOR).bond, OPERATOR_BOND - OMISSION_PENALTY, "the bond pays");
        assertEq(token.balanceOf(community), OMISSION_PENALTY + PRICE, "to the community");
        vm.expectRevert(abi.encodeWithSelector(IPermitSettlement.EpochNotOpen.selector, 1));
        ledger.settle(modelId, 1, second, END);
    }

    function testATreasuryThatCannotBePaidKeepsNoEpochOpen() public {
        prepay(host, 1e18);
        vm.prank(owner);
        registry.setTreasury(modelId, address(token));
        RefusingToken(address(token)).refuse(address(token), true);
        charged(1, host, 1, PRICE);
        assertTrue(ledger.progressOf(modelId).closed, "closed");
        assertEq(ledger.progressOf(modelId).revenue, PRICE, "waits");
        vm.prank(owner);
        registry.setTreasury(modelId, community);
        ledger.collectRevenue(modelId);
        assertEq(token.balanceOf(community), PRICE, "for another treasury");
    }

    function testAPauseStopsNewObligationsAndNothingElse() public {
        prepay(host, 10e18);
        bytes memory charges = charge(host, 1, PRICE);
        post(1, charges, 1, PRICE);
        vm.expectRevert(abi.encodeWithSignature("NotGuardian(address)", thief));
        vm.prank(thief);
        ledger.pause();
        vm.prank(guardian);
        ledger.pause();

        vm.expectRevert(Pausable.EnforcedPause.selector);
        vm.prank(host);
        ledger.deposit(modelId, 1);
        refusedPost(2, header(0, "", 0, 0), abi.encodeWithSelector(Pausable.EnforcedPause.selector));

        settle(1, charges);
        OmlProtocol.UsageAck memory ack = acknowledged(host, 1, PRICE);
        ledger.acknowledge(ack, 0, signed(HOST_KEY, OmlProtocol.structHash(ack)));
        vm.startPrank(host);
        ledger.requestWithdrawal(modelId, 1e18);
        vm.warp(block.timestamp + 7 days);
        ledger.withdraw(modelId);
        vm.warp(block.timestamp + SILENCE);
        ledger.withdrawFromSilence(modelId);
        vm.stopPrank();
        vm.prank(owner);
        ledger.unpause();
        prepay(host, 1);
    }

    /// However hosts are charged, what leaves their balances is what the treasury gets.
    function testFuzzEveryChargeIsPaidOwedOrRefused(uint128[6] memory balances, uint128[6] memory amounts) public {
        bytes memory charges = "";
        uint128 total = 0;
        address[2] memory hosts = [host, otherHost];
        uint128[2] memory prepaid;
        for (uint256 i = 0; i < 2; i++) {
            prepaid[i] = 1 + balances[i] % 50e18;
            prepay(hosts[i], prepaid[i]);
        }
        for (uint256 i = 0; i < 6; i++) {
            uint128 amount = amounts[i] % 3e18;
            charges = bytes.concat(charges, charge(hosts[i % 2], 1, amount));
            total += amount;
        }
        post(1, charges, 6, total);
        settle(1, charges);
        uint256 paid = 0;
        for (uint256 i = 0; i < 2; i++) {
            IPermitSettlement.Balance memory left = ledger.balanceOf(modelId, hosts[i]);
            paid += prepaid[i] - left.available;
            assertTrue(left.debt == 0 || left.available == 0, "no debt beside a balance");
            assertTrue(prepaid[i] - left.available + left.debt <= 1e18, "never beyond the credit");
        }
        assertEq(token.balanceOf(community), paid, "revenue");
    }

    function wrongSum(uint64 epoch, bytes memory charges, uint32 count, uint128 total) private {
        vm.warp(block.timestamp + 1);
        post(epoch, charges, count, total);
        vm.expectRevert(
            abi.encodeWithSelector(IPermitSettlement.ChargesDoNotAddUp.selector, uint64(count), total)
        );
        ledger.settle(modelId, epoch, charges, END);
        abandon();
    }

    /// Charges in front of another, which is not what the refusal is about.
    function tooMuch(uint64 epoch, bytes memory charges, uint32 count, uint128 total) private {
        vm.warp(block.timestamp + 1);
        bytes memory another = charge(otherHost, 1, PRICE);
        post(epoch, bytes.concat(charges, another), count, total);
        bytes32 rest = this.headOf(another, END);
        vm.expectRevert(abi.encodeWithSelector(IPermitSettlement.ChargesDoNotAddUp.selector, uint64(count), total));
        ledger.settle(modelId, epoch, charges, rest);
        abandon();
    }

    function abandon() private {
        vm.startPrank(operator);
        ledger.abandonEpoch(modelId);
        ledger.depositBond(OPERATOR, OMISSION_PENALTY);
        vm.stopPrank();
    }

    function refusedPost(uint64 epoch, IPermitSettlement.EpochHeader memory content, bytes memory with) private {
        vm.expectRevert(with);
        post(epoch, content);
    }

    function refusedCharges(bytes memory charges, bytes32 next) private {
        vm.expectPartialRevert(IPermitSettlement.ChargesNotNext.selector);
        ledger.settle(modelId, 1, charges, next);
    }

    function malformed(bytes memory charges) private {
        vm.expectRevert(IPermitSettlement.ChargesMalformed.selector);
        ledger.settle(modelId, 1, charges, END);
    }

    function refusedAck(OmlProtocol.UsageAck memory ack, bytes32 instance, uint256 key, bytes memory with) private {
        bytes memory made = signed(key, OmlProtocol.structHash(ack));
        vm.expectRevert(with);
        ledger.acknowledge(ack, instance, made);
    }

    function notSigned(uint256 key) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPermitSettlement.AcknowledgementNotSigned.selector, vm.addr(key));
    }

    function invalid(string memory field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPermitSettlement.EpochInvalid.selector, field);
    }

    function token_() internal override returns (IERC20) {
        return new RefusingToken();
    }
}

/// @title A token that does not move to whom it refuses
contract RefusingToken is ERC20 {
    mapping(address account => bool) private _refused;

    constructor() ERC20("refusing", "REF") {
        _mint(msg.sender, 1_000_000e18);
    }

    function refuse(address account, bool refused) external {
        _refused[account] = refused;
    }

    function _update(address from, address to, uint256 value) internal override {
        require(!_refused[to], "refused");
        super._update(from, to, value);
    }
}
