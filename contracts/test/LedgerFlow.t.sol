// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {IPermitSettlement} from "../src/interfaces/IPermitSettlement.sol";
import {LedgerWorld} from "./LedgerWorld.sol";

/// @title Whatever hosts, operator and challengers do in whatever order, the ledger holds what it owes
/// @notice The test is its own handler: forge calls the actions below in random order with random arguments, and the flow
/// test does the same from a seed.
contract LedgerFlowTest is LedgerWorld {
    uint256 private _supply;
    bytes private _charges;
    uint64 private _permits;
    bytes32[] private _challenged;
    uint256 private _openChallenges;
    mapping(address host => uint128) private _used;
    mapping(address host => uint64) private _usedCount;

    struct Selectors {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public override {
        super.setUp();
        _supply = token.totalSupply();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(this);
    }

    function targetSelectors() public view returns (Selectors[] memory targets) {
        targets = new Selectors[](1);
        bytes4[] memory actions = new bytes4[](9);
        actions[0] = this.act_deposit.selector;
        actions[1] = this.act_requestWithdrawal.selector;
        actions[2] = this.act_withdraw.selector;
        actions[3] = this.act_post.selector;
        actions[4] = this.act_settle.selector;
        actions[5] = this.act_acknowledge.selector;
        actions[6] = this.act_challenge.selector;
        actions[7] = this.act_conclude.selector;
        actions[8] = this.act_wait.selector;
        targets[0] = Selectors(address(this), actions);
    }

    function act_deposit(uint256 who, uint128 amount) external {
        prepay(hostOf(who), 1 + amount % 2e18);
    }

    function act_requestWithdrawal(uint256 who, uint128 amount) external {
        address account = hostOf(who);
        uint128 available = ledger.balanceOf(modelId, account).available;
        vm.prank(account);
        ledger.requestWithdrawal(modelId, 1 + amount % (available + 1));
    }

    function act_withdraw(uint256 who) external {
        bool silent = ledger.isSilent(modelId);
        vm.prank(hostOf(who));
        if (silent) {
            ledger.withdrawFromSilence(modelId);
        } else {
            ledger.withdraw(modelId);
        }
    }

    function act_post(uint128 first, uint128 second) external {
        IPermitSettlement.Progress memory progress = ledger.progressOf(modelId);
        uint128[2] memory amounts = [first % 1e18, second % 1e18];
        bytes memory charges = bytes.concat(charge(host, 1, amounts[0]), charge(otherHost, 2, amounts[1]));
        vm.warp(block.timestamp + 1);
        post(progress.epoch + 1, charges, 3, amounts[0] + amounts[1]);
        _charges = charges;
        (_used[host], _used[otherHost]) = (_used[host] + amounts[0], _used[otherHost] + amounts[1]);
        (_usedCount[host], _usedCount[otherHost]) = (_usedCount[host] + 1, _usedCount[otherHost] + 2);
    }

    function act_settle(bool whole) external {
        uint64 epoch = ledger.progressOf(modelId).epoch;
        if (whole || _charges.length == OmlProtocol.CHARGE_SIZE) {
            settle(epoch, _charges);
            _charges = "";
        } else {
            (bytes memory first, bytes memory second) = this.split(_charges);
            ledger.settle(modelId, epoch, first, this.headOf(second, END));
            _charges = second;
        }
    }

    function act_acknowledge(uint256 who) external {
        address account = hostOf(who);
        OmlProtocol.UsageAck memory ack = acknowledged(account, _usedCount[account], _used[account]);
        uint256 key = account == host ? HOST_KEY : OTHER_HOST_KEY;
        ledger.acknowledge(ack, 0, signed(key, OmlProtocol.structHash(ack)));
    }

    function act_challenge(uint256 which) external {
        uint64 epoch = ledger.progressOf(modelId).epoch;
        OmlProtocol.Permit memory omitted = permit();
        omitted.serial = ++_permits;
        omitted.issuedAt = ledger.epochOf(modelId, epoch - uint64(which % 2)).until - 1;
        bytes memory authority = signed(SIGNER_KEY, OmlProtocol.structHash(omitted));
        vm.prank(prover);
        _challenged.push(ledger.challengeOmission(epoch - uint64(which % 2), omitted, authority));
        _openChallenges++;
    }

    function act_conclude(uint256 which) external {
        ledger.concludeOmission(_challenged[which % _challenged.length]);
        _openChallenges--;
        if (which % 3 == 0) {
            ledger.collect(prover);
        }
    }

    function act_wait(uint32 time) external {
        uint32[4] memory steps = [uint32(1 hours), 3 days + 1, 7 days, 15 days];
        vm.warp(block.timestamp + steps[time % 4]);
    }

    function split(bytes calldata charges) external pure returns (bytes memory, bytes memory) {
        return (charges[:OmlProtocol.CHARGE_SIZE], charges[OmlProtocol.CHARGE_SIZE:]);
    }

    function invariantTheLedgerHoldsWhatItOwes() public view {
        uint256 owed = ledger.progressOf(modelId).revenue + ledger.operatorOf(OPERATOR).bond + ledger.owed(prover)
            + ledger.owed(operator) + _openChallenges * BOND;
        for (uint256 i = 0; i < 2; i++) {
            IPermitSettlement.Balance memory left = ledger.balanceOf(modelId, hostOf(i));
            owed += uint256(left.available) + left.leaving;
        }
        assertEq(token.balanceOf(address(ledger)), owed, "money in is money out and what is there");
        assertEq(token.totalSupply(), _supply, "nothing is made or lost");
    }

    function invariantDebtStandsBesideNoBalance() public view {
        for (uint256 i = 0; i < 2; i++) {
            IPermitSettlement.Balance memory left = ledger.balanceOf(modelId, hostOf(i));
            assertTrue(left.debt == 0 || (left.available == 0 && left.leaving == 0), "debt is what is not there");
            assertTrue(ledger.isBlocked(modelId, hostOf(i)) == (left.debt != 0), "and blocks");
        }
    }

    function invariantAClosedEpochLeavesNothing() public view {
        IPermitSettlement.Progress memory progress = ledger.progressOf(modelId);
        assertTrue(!progress.closed || (progress.countLeft == 0 && progress.totalLeft == 0), "nothing left");
    }

    /// Steps from a seed, by random actors.
    function testFuzzAFlowFromASeed(uint256 seed) public {
        play(seed);
        invariantTheLedgerHoldsWhatItOwes();
        invariantDebtStandsBesideNoBalance();
        invariantAClosedEpochLeavesNothing();
    }

    /// Of what a flow tries enough is allowed, so that flows do not hold by doing nothing.
    function testFlowsDoMuchOfWhatTheyTry() public {
        uint256 done = 0;
        for (uint256 seed = 0; seed < 20; seed++) {
            done += play(seed);
        }
        assertTrue(done > 20 * 40 / 4, "a quarter is done");
    }

    function play(uint256 seed) private returns (uint256 done) {
        for (uint256 i = 0; i < 40; i++) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            (bool success,) = address(this).call(step(random % 9, random / 9));
            done += success ? 1 : 0;
        }
    }

    function step(uint256 action, uint256 random) private view returns (bytes memory) {
        bytes[9] memory steps = [
            abi.encodeCall(this.act_deposit, (random, uint128(random >> 8))),
            abi.encodeCall(this.act_requestWithdrawal, (random, uint128(random >> 8))),
            abi.encodeCall(this.act_withdraw, (random)),
            abi.encodeCall(this.act_post, (uint128(random), uint128(random >> 100))),
            abi.encodeCall(this.act_settle, (random % 2 == 0)),
            abi.encodeCall(this.act_acknowledge, (random)),
            abi.encodeCall(this.act_challenge, (random)),
            abi.encodeCall(this.act_conclude, (random)),
            abi.encodeCall(this.act_wait, (uint32(random)))
        ];
        return steps[action];
    }

    function hostOf(uint256 which) private view returns (address) {
        return which % 2 == 0 ? host : otherHost;
    }
}
