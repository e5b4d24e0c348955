// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {IOperatorBond} from "../src/interfaces/IOperatorBond.sol";
import {IPermitLedger} from "../src/interfaces/IPermitLedger.sol";
import {IPermitSettlement} from "../src/interfaces/IPermitSettlement.sol";
import {LedgerWorld} from "./LedgerWorld.sol";

/// @title What an operator loses for a permit that it left out, and for none that it did not
contract OperatorBondTest is LedgerWorld {
    OmlProtocol.Permit private _omitted;
    OmlProtocol.Permit[] private _held;
    bytes32[] private _hashes;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 5; i++) {
            _held.push(freshPermit());
            _hashes.push(OmlProtocol.structHash(_held[i]));
        }
        _omitted = freshPermit();
        prepay(host, 10e18);
        bytes memory charges = charge(host, 5, 5 * PRICE);
        post(1, header(treeRoot(_hashes), charges, 5, 5 * PRICE));
        settle(1, charges);
    }

    function testAnOmittedPermitCostsTheBond() public {
        bytes32 permitHash = challenge(_omitted);
        vm.expectRevert(
            abi.encodeWithSelector(IPermitLedger.TooEarly.selector, uint64(block.timestamp) + RESPONSE_PERIOD + 1)
        );
        ledger.concludeOmission(permitHash);
        uint256 revenue = token.balanceOf(community);
        vm.warp(block.timestamp + RESPONSE_PERIOD + 1);
        ledger.concludeOmission(permitHash);
        assertEq(ledger.operatorOf(OPERATOR).bond, OPERATOR_BOND - OMISSION_PENALTY, "the bond pays");
        uint256 reward = OMISSION_PENALTY * 4 / 10;
        uint256 before = token.balanceOf(prover);
        ledger.collect(prover);
        assertEq(token.balanceOf(prover), before + BOND + reward, "deposit and reward");
        ledger.collectRevenue(modelId);
        assertEq(token.balanceOf(community), revenue + OMISSION_PENALTY - reward, "the rest is the community's");
        vm.expectRevert(abi.encodeWithSelector(IOperatorBond.NothingOwed.selector, prover));
        ledger.collect(prover);
        bytes memory bondTooSmall = abi.encodeWithSelector(
            IOperatorBond.BondTooSmall.selector, OPERATOR_BOND - OMISSION_PENALTY, OPERATOR_BOND
        );
        vm.expectRevert(bondTooSmall);
        post(2, header(0, "", 0, 0));
    }

    function testAHeldPermitAnswersTheChallenge() public {
        for (uint32 i = 0; i < 5; i++) {
            bytes32 permitHash = challenge(_held[i]);
            ledger.answerOmission(permitHash, i, treePath(_hashes, i));
            vm.expectRevert(state(permitHash, IOperatorBond.OmissionState.CHALLENGED, IOperatorBond.OmissionState.ANSWERED));
            ledger.concludeOmission(permitHash);
        }
        assertEq(ledger.owed(operator), 5 * BOND, "the challengers' deposits");
        assertEq(ledger.operatorOf(OPERATOR).bond, OPERATOR_BOND, "nothing is lost");
    }

    function testOnlyTheRightPathAnswersAndOnlyInTime() public {
        bytes32 permitHash = challenge(_omitted);
        bytes32[] memory path = treePath(_hashes, 2);
        wrongPath(permitHash, 2, path);
        permitHash = challenge(_held[2]);
        wrongPath(permitHash, 3, path);
        wrongPath(permitHash, 2, treePath(_hashes, 3));
        wrongPath(permitHash, 5, path);
        bytes32[] memory longer = new bytes32[](path.length + 1);
        for (uint256 i = 0; i < path.length; i++) {
            longer[i] = path[i];
        }
        wrongPath(permitHash, 2, longer);
        bytes32[] memory shorter = new bytes32[](path.length - 1);
        for (uint256 i = 0; i < shorter.length; i++) {
            shorter[i] = path[i];
        }
        wrongPath(permitHash, 2, shorter);
        uint64 until = uint64(block.timestamp) + RESPONSE_PERIOD;
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IOperatorBond.TooLate.selector, until));
        ledger.answerOmission(permitHash, 2, path);
    }

    function testANodeNeverPassesForAPermit() public view {
        // The parent of the first two leaves, as if it were the hash of a permit, with the rest of their path.
        bytes32[] memory whole = treePath(_hashes, 0);
        bytes32[] memory rest = new bytes32[](whole.length - 1);
        for (uint256 i = 0; i < rest.length; i++) {
            rest[i] = whole[i + 1];
        }
        bytes32 parent = keccak256(
            abi.encodePacked(
                bytes1(0x01),
                keccak256(abi.encodePacked(bytes1(0), _hashes[0])),
                keccak256(abi.encodePacked(bytes1(0), _hashes[1]))
            )
        );
        (bool fits, bytes32 root) = OmlProtocol.permitRoot(parent, 0, 3, rest);
        assertTrue(!fits || root != treeRoot(_hashes), "the tags differ");
    }

    function testPermitsAreProvenByTheirEpoch() public view {
        for (uint32 i = 0; i < 5; i++) {
            assertTrue(ledger.provePermit(1, _held[i], i, treePath(_hashes, i)), "held");
            assertTrue(!ledger.provePermit(2, _held[i], i, treePath(_hashes, i)), "in no other epoch");
        }
        assertTrue(!ledger.provePermit(1, _omitted, 0, treePath(_hashes, 0)), "not held");
    }

    function testAPermitOfAnotherTimeIsNotOmitted() public {
        vm.warp(block.timestamp + 10);
        OmlProtocol.Permit memory later = freshPermit();
        uint64 until = ledger.epochOf(modelId, 1).until;
        refusedChallenge(
            1,
            later,
            abi.encodeWithSelector(IOperatorBond.PermitNotOfEpoch.selector, later.issuedAt, uint64(0), until)
        );
        post(2, header(0, "", 0, 0));
        uint64 next = ledger.epochOf(modelId, 2).until;
        refusedChallenge(
            2,
            _omitted,
            abi.encodeWithSelector(IOperatorBond.PermitNotOfEpoch.selector, _omitted.issuedAt, until, next)
        );
        // Exactly at the border it belongs to the later epoch.
        later.issuedAt = until;
        refusedChallenge(
            1, later, abi.encodeWithSelector(IOperatorBond.PermitNotOfEpoch.selector, until, uint64(0), until)
        );
        vm.prank(prover);
        ledger.challengeOmission(2, later, signed(SIGNER_KEY, OmlProtocol.structHash(later)));
        refusedChallenge(3, later, abi.encodeWithSelector(IPermitSettlement.EpochNotOpen.selector, 3));
    }

    function testAForgedPermitIsNotOmitted() public {
        bytes memory forged = signed(GATEWAY_KEY, OmlProtocol.structHash(_omitted));
        vm.expectRevert(
            abi.encodeWithSelector(
                IOperatorBond.PermitSignerInvalid.selector, vm.addr(GATEWAY_KEY), _omitted.issuedAt
            )
        );
        vm.prank(prover);
        ledger.challengeOmission(1, _omitted, forged);
    }

    function testAPermitIsChallengedOnce() public {
        bytes32 permitHash = challenge(_omitted);
        refusedChallenge(
            1,
            _omitted,
            state(permitHash, IOperatorBond.OmissionState.NONE, IOperatorBond.OmissionState.CHALLENGED)
        );
        vm.warp(block.timestamp + RESPONSE_PERIOD + 1);
        ledger.concludeOmission(permitHash);
        refusedChallenge(
            1, _omitted, state(permitHash, IOperatorBond.OmissionState.NONE, IOperatorBond.OmissionState.PROVEN)
        );
        vm.expectRevert(state(permitHash, IOperatorBond.OmissionState.CHALLENGED, IOperatorBond.OmissionState.PROVEN));
        ledger.concludeOmission(permitHash);
    }

    function testAnOldEpochIsChallengedNoMore() public {
        uint64 latest = ledger.epochOf(modelId, 1).postedAt + 30 days;
        vm.warp(latest + 1);
        refusedChallenge(1, _omitted, abi.encodeWithSelector(IOperatorBond.TooLate.selector, latest));
    }

    function testABatchsPermitIsChallengedToo() public {
        bytes32[] memory batch = new bytes32[](3);
        batch[0] = keccak256("a");
        batch[1] = OmlProtocol.structHash(_omitted);
        batch[2] = keccak256("c");
        bytes memory authority = batchAuthority(batch, 1);
        vm.prank(prover);
        bytes32 permitHash = ledger.challengeOmission(1, _omitted, authority);
        assertTrue(
            ledger.omissionOf(permitHash).state == IOperatorBond.OmissionState.CHALLENGED, "signed with others"
        );
    }

    function testABatchSignsNoPermitOutsideIt() public {
        bytes32[] memory batch = new bytes32[](3);
        batch[0] = keccak256("a");
        batch[1] = keccak256("b");
        batch[2] = keccak256("c");
        bytes memory authority = batchAuthority(batch, 1);
        vm.expectPartialRevert(IOperatorBond.PermitSignerInvalid.selector);
        vm.prank(prover);
        ledger.challengeOmission(1, _omitted, authority);
        // Cut short, too long, an index outside.
        malformedAuthority(bytes.concat(authority, hex"00"));
        malformedAuthority(bytes.concat(authority, bytes32(0)));
        authority[3] = 0x07;
        malformedAuthority(authority);
    }

    function testARetiredOperatorStaysLiable() public {
        vm.prank(owner);
        ledger.setOperator(thief);
        uint64 retiredAt = uint64(block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(IPermitLedger.TooEarly.selector, retiredAt + 40 days));
        ledger.withdrawBond(OPERATOR);
        vm.warp(block.timestamp + 29 days);
        bytes32 permitHash = challenge(_omitted);
        vm.warp(retiredAt + 40 days);
        vm.expectRevert(abi.encodeWithSelector(IOperatorBond.ChallengesOpen.selector, uint32(1)));
        ledger.withdrawBond(OPERATOR);
        ledger.concludeOmission(permitHash);
        uint256 before = token.balanceOf(operator);
        ledger.withdrawBond(OPERATOR);
        assertEq(token.balanceOf(operator), before + OPERATOR_BOND - OMISSION_PENALTY, "the rest");
        vm.expectRevert(IPermitSettlement.NothingToWithdraw.selector);
        ledger.withdrawBond(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IOperatorBond.OperatorInOffice.selector, uint32(2)));
        ledger.withdrawBond(2);
        vm.expectRevert(abi.encodeWithSelector(IOperatorBond.OperatorUnknown.selector, OPERATOR));
        ledger.depositBond(OPERATOR, 1);
    }

    function testManyOmissionsTakeTheBondAndNoMore() public {
        bytes32[4] memory challenged;
        for (uint256 i = 0; i < 4; i++) {
            OmlProtocol.Permit memory made = _omitted;
            made.serial = uint64(1000 + i);
            challenged[i] = challenge(made);
        }
        vm.warp(block.timestamp + RESPONSE_PERIOD + 1);
        for (uint256 i = 0; i < 4; i++) {
            ledger.concludeOmission(challenged[i]);
        }
        assertEq(ledger.operatorOf(OPERATOR).bond, 0, "all of it");
        assertEq(ledger.owed(prover), 4 * BOND + OPERATOR_BOND * 4 / 10, "the challenger's part");
    }

    function testOnlyTheOwnerAppointsTheOperator() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, thief));
        vm.prank(thief);
        ledger.setOperator(thief);
    }

    function challenge(OmlProtocol.Permit memory permit_) private returns (bytes32) {
        bytes memory authority = signed(SIGNER_KEY, OmlProtocol.structHash(permit_));
        vm.prank(prover);
        return ledger.challengeOmission(1, permit_, authority);
    }

    function refusedChallenge(uint64 epoch, OmlProtocol.Permit memory permit_, bytes memory with) private {
        bytes memory authority = signed(SIGNER_KEY, OmlProtocol.structHash(permit_));
        vm.expectRevert(with);
        vm.prank(prover);
        ledger.challengeOmission(epoch, permit_, authority);
    }

    function wrongPath(bytes32 permitHash, uint32 index, bytes32[] memory path) private {
        vm.expectRevert(IOperatorBond.PathInvalid.selector);
        ledger.answerOmission(permitHash, index, path);
    }

    function malformedAuthority(bytes memory authority) private {
        vm.expectRevert(OmlProtocol.PermitAuthorityMalformed.selector);
        vm.prank(prover);
        ledger.challengeOmission(1, _omitted, authority);
    }

    function batchAuthority(bytes32[] memory batch, uint32 index) private view returns (bytes memory) {
        OmlProtocol.PermitBatch memory made =
            OmlProtocol.PermitBatch(treeRoot(batch), uint32(batch.length), _omitted.issuedAt, 77);
        return abi.encodePacked(
            index,
            made.count,
            made.issuedAt,
            made.firstSerial,
            treePath(batch, index),
            signed(SIGNER_KEY, OmlProtocol.structHash(made))
        );
    }

    function state(bytes32 permitHash, IOperatorBond.OmissionState expected, IOperatorBond.OmissionState actual)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IOperatorBond.OmissionNotIn.selector, permitHash, expected, actual);
    }
}
