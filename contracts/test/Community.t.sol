// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {CommunityGovernor} from "../src/CommunityGovernor.sol";
import {CommunityShares} from "../src/CommunityShares.sol";
import {CommunityTimelock} from "../src/CommunityTimelock.sol";
import {ModelRegistry} from "../src/ModelRegistry.sol";
import {PermitLedger} from "../src/PermitLedger.sol";
import {RevenueVault} from "../src/RevenueVault.sol";
import {ICommunityGovernor} from "../src/interfaces/ICommunityGovernor.sol";
import {ICommunityShares} from "../src/interfaces/ICommunityShares.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {LedgerWorld} from "./LedgerWorld.sol";

/// @title A community that owns model, ledger and staking, and decides by vote
abstract contract CommunityWorld is LedgerWorld {
    uint256 internal constant DELAY = LONGEST_UNBONDING + 1 days;
    address internal constant ANN = address(0xA1);
    address internal constant BEN = address(0xB2);

    CommunityShares internal shares;
    RevenueVault internal vault;
    CommunityTimelock internal timelock;
    CommunityGovernor internal governor;

    function setUp() public virtual override {
        super.setUp();
        address[] memory holders = new address[](2);
        (holders[0], holders[1]) = (ANN, BEN);
        uint256[] memory amounts = new uint256[](2);
        (amounts[0], amounts[1]) = (60e18, 40e18);
        address vaultToBe = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        shares = new CommunityShares("shares", "S", holders, amounts, IRevenueVault(vaultToBe));
        vault = new RevenueVault(token, shares);
        timelock = new CommunityTimelock(DELAY, address(this));
        governor = new CommunityGovernor(shares, timelock, 1 days, 7 days, 1e18, 10, LONGEST_UNBONDING);
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(governor));
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), address(this));
        delegate(ANN);
        delegate(BEN);
        handOver();
        vm.warp(block.timestamp + 1);
    }

    /// What a vote of both holders does, after all delays.
    function decide(address target, bytes memory data) internal {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = one(target, data);
        vm.prank(ANN);
        uint256 proposal = governor.propose(targets, values, calls, "why");
        vm.warp(block.timestamp + 1 days + 1);
        vm.prank(ANN);
        governor.castVote(proposal, 1);
        vm.prank(BEN);
        governor.castVote(proposal, 1);
        vm.warp(block.timestamp + 7 days + 1);
        governor.queue(targets, values, calls, keccak256("why"));
        vm.warp(block.timestamp + DELAY);
        governor.execute(targets, values, calls, keccak256("why"));
    }

    function one(address target, bytes memory data)
        internal
        pure
        returns (address[] memory targets, uint256[] memory values, bytes[] memory calls)
    {
        (targets, values, calls) = (new address[](1), new uint256[](1), new bytes[](1));
        (targets[0], calls[0]) = (target, data);
    }

    function delegate(address holder) private {
        vm.prank(holder);
        shares.delegate(holder);
    }

    function handOver() private {
        vm.startPrank(owner);
        registry.transferModel(modelId, address(timelock));
        ledger.transferOwnership(address(timelock));
        staking.transferOwnership(address(timelock));
        registry.setTreasury(modelId, address(vault));
        vm.stopPrank();
        vm.startPrank(address(timelock));
        registry.acceptModel(modelId);
        ledger.acceptOwnership();
        staking.acceptOwnership();
        vm.stopPrank();
    }
}

contract CommunityTest is CommunityWorld {
    function testTermsChangeByVote() public {
        IModelRegistry.Terms memory next = terms();
        next.pricePerQuery = 2e15;
        decide(address(registry), abi.encodeCall(registry.publishTerms, (modelId, next)));
        assertEq(registry.model(modelId).termsVersion, 2, "a new version");
        assertEq(registry.termsOf(modelId, 2).pricePerQuery, 2e15, "as voted");
        assertEq(registry.instance(instanceId).termsVersion, 1, "the host stays under what it signed");
    }

    function testSignersAndOperatorChangeByVote() public {
        uint64 from = uint64(block.timestamp) + 100 days;
        decide(address(ledger), abi.encodeCall(ledger.addSigner, (thief, from)));
        assertTrue(ledger.isSignerAt(thief, from), "a signer");
        decide(address(ledger), abi.encodeCall(ledger.setOperator, (prover)));
        (uint32 number, address account) = ledger.currentOperator();
        assertEq(account, prover, "an operator");
        assertEq(number, 2, "the second");
    }

    function testWithoutAVoteNobodyChangesAnything() public {
        address[3] memory callers = [owner, ANN, address(governor)];
        for (uint256 i = 0; i < 3; i++) {
            vm.startPrank(callers[i]);
            vm.expectRevert();
            ledger.addSigner(thief, uint64(block.timestamp) + NOTICE);
            vm.expectRevert();
            ledger.setOperator(thief);
            vm.expectRevert();
            registry.publishTerms(modelId, terms());
            vm.expectRevert();
            registry.publishConstitution(modelId, keccak256("c"), "uri");
            vm.stopPrank();
        }
        vm.expectRevert();
        vm.prank(ANN);
        timelock.schedule(address(ledger), 0, "", 0, 0, DELAY);
    }

    function testTheConstitutionIsAHistoryOfVotes() public {
        // The registry of a community whose timelock is this one.
        ModelRegistry own = new ModelRegistry(ledger, address(timelock), limits());
        vm.prank(ANN);
        bytes32 model = own.registerModel("ann/model", BASE, LICENCE, terms());
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotByVote.selector, model, ANN));
        vm.prank(ANN);
        own.publishConstitution(model, keccak256("mine alone"), "uri");
        vm.prank(ANN);
        own.transferModel(model, address(timelock));
        decide(address(own), abi.encodeCall(own.acceptModel, (model)));
        decide(address(own), abi.encodeCall(own.publishConstitution, (model, keccak256("1"), "first")));
        uint64 since = uint64(block.timestamp);
        decide(address(own), abi.encodeCall(own.publishConstitution, (model, keccak256("2"), "second")));
        (bytes32 hash, string memory uri, uint64 published) = own.constitutionOf(model, 1);
        assertEq(hash, keccak256("1"), "the first stays");
        assertEq(keccak256(bytes(uri)), keccak256("first"), "where it is");
        assertEq(published, since, "since when");
        (hash,,) = own.constitutionOf(model, 2);
        assertEq(hash, keccak256("2"), "the second");
        assertEq(own.model(model).constitutionVersion, 2, "which holds");
    }

    function testTheTimelockOutlastsUnbonding() public {
        vm.expectRevert(
            abi.encodeWithSelector(ICommunityGovernor.TimelockShorterThanUnbonding.selector, DELAY, DELAY)
        );
        new CommunityGovernor(shares, timelock, 1 days, 7 days, 1e18, 10, DELAY);
        IModelRegistry.Terms memory longer = terms();
        longer.unbondingTime = LONGEST_UNBONDING + 1;
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TermsInvalid.selector, "unbondingTime"));
        vm.prank(address(timelock));
        registry.publishTerms(modelId, longer);
    }

    /// A host that dislikes what was voted is gone before it holds.
    function testAHostLeavesBeforeAVoteHolds() public {
        IModelRegistry.Terms memory worse = terms();
        worse.penalty = STAKE;
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) =
            one(address(registry), abi.encodeCall(registry.publishTerms, (modelId, worse)));
        vm.prank(ANN);
        uint256 proposal = governor.propose(targets, values, calls, "why");
        vm.warp(block.timestamp + 1 days + 1);
        vm.prank(ANN);
        governor.castVote(proposal, 1);
        vm.warp(block.timestamp + 7 days + 1);
        governor.queue(targets, values, calls, keccak256("why"));
        vm.prank(host);
        staking.requestExit(modelId, STAKE);
        vm.warp(block.timestamp + UNBONDING);
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        governor.execute(targets, values, calls, keccak256("why"));
        uint256 before = token.balanceOf(host);
        vm.prank(host);
        staking.withdraw(modelId);
        assertEq(token.balanceOf(host), before + STAKE, "gone");
    }

    function testNoVoteShortensTheTimelock() public {
        decide(address(timelock), abi.encodeCall(timelock.updateDelay, (1)));
        assertEq(timelock.getMinDelay(), DELAY, "as it was");
        decide(address(timelock), abi.encodeCall(timelock.updateDelay, (2 * DELAY)));
        assertEq(timelock.getMinDelay(), 2 * DELAY, "longer is allowed");
    }

    function testAProposalGoesThroughVoteAndTimelock() public {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) =
            one(address(registry), abi.encodeCall(registry.publishTerms, (modelId, terms())));
        vm.prank(ANN);
        uint256 proposal = governor.propose(targets, values, calls, "why");
        isIn(proposal, IGovernor.ProposalState.Pending);
        vm.warp(block.timestamp + 1 days + 1);
        isIn(proposal, IGovernor.ProposalState.Active);
        vm.prank(ANN);
        governor.castVote(proposal, 1);
        vm.warp(block.timestamp + 7 days + 1);
        isIn(proposal, IGovernor.ProposalState.Succeeded);
        assertTrue(governor.proposalNeedsQueuing(proposal), "no vote acts at once");
        governor.queue(targets, values, calls, keccak256("why"));
        isIn(proposal, IGovernor.ProposalState.Queued);
        vm.warp(block.timestamp + DELAY);
        governor.execute(targets, values, calls, keccak256("why"));
        isIn(proposal, IGovernor.ProposalState.Executed);
    }

    function testWhoHoldsTooLittleProposesNothing() public {
        assertEq(governor.proposalThreshold(), 1e18, "a share");
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) =
            one(address(registry), abi.encodeCall(registry.publishTerms, (modelId, terms())));
        vm.expectRevert(
            abi.encodeWithSelector(IGovernor.GovernorInsufficientProposerVotes.selector, thief, 0, 1e18)
        );
        vm.prank(thief);
        governor.propose(targets, values, calls, "why");
    }

    function testAProposerTakesItsProposalBackBeforeTheVote() public {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) =
            one(address(registry), abi.encodeCall(registry.publishTerms, (modelId, terms())));
        vm.prank(ANN);
        uint256 proposal = governor.propose(targets, values, calls, "why");
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, proposal, BEN));
        vm.prank(BEN);
        governor.cancel(targets, values, calls, keccak256("why"));
        vm.prank(ANN);
        governor.cancel(targets, values, calls, keccak256("why"));
        isIn(proposal, IGovernor.ProposalState.Canceled);
        vm.warp(block.timestamp + 8 days + 2);
        vm.expectPartialRevert(IGovernor.GovernorUnexpectedProposalState.selector);
        governor.queue(targets, values, calls, keccak256("why"));
    }

    function testSharesAreGivenOutOnceAndInFull() public {
        address[] memory holders = new address[](0);
        uint256[] memory amounts = new uint256[](1);
        vm.expectRevert(ICommunityShares.NoHolders.selector);
        new CommunityShares("shares", "S", holders, amounts, IRevenueVault(address(vault)));
        holders = new address[](2);
        vm.expectRevert(ICommunityShares.HoldersAndAmountsDiffer.selector);
        new CommunityShares("shares", "S", holders, amounts, IRevenueVault(address(vault)));
        assertEq(shares.totalSupply(), 100e18, "all that there is");
    }

    /// Governor and shares must count in the same unit, or votes would be looked up at the wrong moment.
    function testVotesAreCountedBySeconds() public view {
        assertEq(shares.clock(), block.timestamp, "seconds");
        assertEq(keccak256(bytes(shares.CLOCK_MODE())), keccak256("mode=timestamp"), "and it says so");
        assertEq(governor.clock(), shares.clock(), "as the governor does");
    }

    function testAnAllowanceByLetterIsUsedOnce() public {
        address holder = vm.addr(0xA110);
        vm.prank(ANN);
        assertTrue(shares.transfer(holder, 1e18), "moved");
        bytes32 letter = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                holder,
                thief,
                1e18,
                shares.nonces(holder),
                block.timestamp
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(0xA110, keccak256(abi.encodePacked(hex"1901", shares.DOMAIN_SEPARATOR(), letter)));
        shares.permit(holder, thief, 1e18, block.timestamp, v, r, s);
        assertEq(shares.allowance(holder, thief), 1e18, "allowed");
        assertEq(shares.nonces(holder), 1, "used");
        vm.expectPartialRevert(ERC20Permit.ERC2612InvalidSigner.selector);
        shares.permit(holder, thief, 1e18, block.timestamp, v, r, s);
    }

    function isIn(uint256 proposal, IGovernor.ProposalState expected) private view {
        assertEq(uint256(governor.state(proposal)), uint256(expected), "state");
    }

    function testEpochsPayTheShareholders() public {
        prepay(host, 1e18);
        charged(1, host, 100, 100 * PRICE);
        vault.claim(ANN);
        vault.claim(BEN);
        assertEq(token.balanceOf(ANN), 60 * PRICE, "sixty per cent");
        assertEq(token.balanceOf(BEN), 40 * PRICE, "forty per cent");
    }
}
