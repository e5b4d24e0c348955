// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {PermitLedger} from "../src/PermitLedger.sol";
import {IPermitLedger} from "../src/interfaces/IPermitLedger.sol";
import {IPermitSettlement} from "../src/interfaces/IPermitSettlement.sol";
import {World} from "./World.sol";

contract PermitLedgerTest is World {
    address private constant KEY_OF_LATER = address(0x1A7E);

    function testAKeyIsJudgedByTheTimeOfThePermit() public {
        uint64 from = uint64(block.timestamp) + NOTICE;
        vm.startPrank(owner);
        ledger.addSigner(KEY_OF_LATER, from);
        assertTrue(!ledger.isSignerAt(KEY_OF_LATER, from - 1), "before");
        assertTrue(ledger.isSignerAt(KEY_OF_LATER, from), "from then on");
        vm.warp(from + 1 days);
        uint64 end = uint64(block.timestamp) + NOTICE;
        ledger.retireSigner(KEY_OF_LATER, end);
        vm.stopPrank();
        vm.warp(end + 365 days);
        assertTrue(ledger.isSignerAt(KEY_OF_LATER, end - 1), "what it signed stays valid");
        assertTrue(!ledger.isSignerAt(KEY_OF_LATER, end), "its end");
        assertTrue(!ledger.isSignerAt(thief, from), "an unknown key");
        IPermitLedger.Signer memory known = ledger.signer(KEY_OF_LATER);
        assertEq(known.validFrom, from, "its beginning is on record");
        assertEq(known.retiredAt, end, "and its end");
        assertEq(ledger.signer(thief).retiredAt, 0, "nothing of a key that is none");
    }

    function testKeysChangeWithNoticeAndNeverBackwards() public {
        uint64 earliest = uint64(block.timestamp) + NOTICE;
        bytes memory early = abi.encodeWithSelector(IPermitLedger.TooEarly.selector, earliest);
        vm.startPrank(owner);
        vm.expectRevert(early);
        ledger.addSigner(KEY_OF_LATER, earliest - 1);
        vm.expectRevert(IPermitLedger.SignerInvalid.selector);
        ledger.addSigner(address(0), earliest);
        ledger.addSigner(KEY_OF_LATER, earliest + 10);
        vm.expectRevert(abi.encodeWithSelector(IPermitLedger.SignerExists.selector, KEY_OF_LATER));
        ledger.addSigner(KEY_OF_LATER, earliest);
        vm.expectRevert(abi.encodeWithSelector(IPermitLedger.TooEarly.selector, earliest + 10));
        ledger.retireSigner(KEY_OF_LATER, earliest);
        vm.expectRevert(abi.encodeWithSelector(IPermitLedger.SignerUnknown.selector, thief));
        ledger.retireSigner(thief, earliest);
        ledger.retireSigner(KEY_OF_LATER, earliest + 20);
        vm.expectRevert(abi.encodeWithSelector(IPermitLedger.SignerRetiredAlready.selector, KEY_OF_LATER));
        ledger.retireSigner(KEY_OF_LATER, earliest + 30);
        vm.expectRevert(abi.encodeWithSelector(IPermitLedger.SignerExists.selector, KEY_OF_LATER));
        ledger.addSigner(KEY_OF_LATER, earliest + 30);
        vm.stopPrank();
    }

    function testOnlyTheOwnerChangesKeys() public {
        vm.startPrank(thief);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, thief));
        ledger.addSigner(thief, uint64(block.timestamp) + NOTICE);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, thief));
        ledger.retireSigner(vm.addr(SIGNER_KEY), uint64(block.timestamp) + NOTICE);
        vm.stopPrank();
    }

    function testNothingIsNoAmount() public {
        vm.startPrank(prover);
        token.approve(address(ledger), type(uint256).max);
        vm.expectRevert(IPermitSettlement.AmountZero.selector);
        ledger.deposit(modelId, 0);
        vm.expectRevert(IPermitSettlement.AmountZero.selector);
        ledger.requestWithdrawal(modelId, 0);
        vm.stopPrank();
        vm.expectRevert(IPermitSettlement.AmountZero.selector);
        vm.prank(operator);
        ledger.depositBond(1, 0);
    }

    function testParametersThatLetTheOperatorEscapeAreRefused() public {
        IPermitLedger.Parameters memory chosen = ledgerParameters();
        chosen.operatorSilence = 0;
        refusesParameters(chosen, "operatorSilence");
        chosen = ledgerParameters();
        chosen.responsePeriod = 0;
        refusesParameters(chosen, "responsePeriod");
        chosen = ledgerParameters();
        chosen.bondNotice = chosen.challengeAge + chosen.responsePeriod;
        refusesParameters(chosen, "bondNotice");
        chosen = ledgerParameters();
        chosen.omissionPenalty = OPERATOR_BOND + 1;
        refusesParameters(chosen, "omissionPenalty");
        chosen = ledgerParameters();
        chosen.challengerBps = 5001;
        refusesParameters(chosen, "challengerBps");
    }

    function testTellsWhatItWasDeployedWith() public view {
        assertEq(
            keccak256(abi.encode(ledger.parameters())), keccak256(abi.encode(ledgerParameters())), "every parameter"
        );
    }

    function testABalanceLeavesAfterItsNotice() public {
        vm.startPrank(prover);
        token.approve(address(ledger), type(uint256).max);
        ledger.deposit(modelId, 10);
        vm.expectRevert(abi.encodeWithSelector(IPermitSettlement.BalanceTooSmall.selector, 11, 10));
        ledger.requestWithdrawal(modelId, 11);
        ledger.requestWithdrawal(modelId, 4);
        uint64 earliest = uint64(block.timestamp) + 7 days;
        vm.expectRevert(abi.encodeWithSelector(IPermitLedger.TooEarly.selector, earliest));
        ledger.withdraw(modelId);
        vm.warp(earliest);
        uint256 before = token.balanceOf(prover);
        ledger.withdraw(modelId);
        assertEq(token.balanceOf(prover), before + 4, "paid");
        assertEq(ledger.balanceOf(modelId, prover).available, 6, "the rest stays");
        vm.expectRevert(IPermitSettlement.NothingToWithdraw.selector);
        ledger.withdraw(modelId);
        vm.stopPrank();
    }

    function refusesParameters(IPermitLedger.Parameters memory chosen, string memory field) private {
        PermitLedger.Appointments memory appointed = PermitLedger.Appointments(vm.addr(SIGNER_KEY), operator, guardian);
        vm.expectRevert(abi.encodeWithSelector(IPermitLedger.ParametersInvalid.selector, field));
        new PermitLedger(token, registry, owner, chosen, appointed);
    }
}
