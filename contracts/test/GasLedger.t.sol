// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPermitSettlement} from "../src/interfaces/IPermitSettlement.sol";
import {LedgerWorld} from "./LedgerWorld.sol";

/// @title The cheat codes that measure
interface GasVm {
    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    function lastCallGas() external view returns (Gas memory);
    function cool(address target) external;
    function snapshotValue(string calldata group, string calldata name, uint256 value) external;
}

/// @title What an epoch costs, with the calls' data and the transactions' own price
contract GasLedgerTest is LedgerWorld {
    uint256 private constant HOSTS = 100;
    GasVm private constant gasVm = GasVm(address(uint160(uint256(keccak256("hevm cheat code")))));

    event Used(uint256 first, uint256 second);

    bytes private _charges;
    address[] private _hosts;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < HOSTS; i++) {
            uint256 key = 0x100000 + i;
            publish(key, 1);
            address account = vm.addr(key);
            _hosts.push(account);
            payer(account, 10e18);
            prepay(account, 10e18);
            // Amounts and counts of an ordinary day.
            _charges = bytes.concat(_charges, charge(account, uint64(100 + i), uint128((100 + i) * PRICE + i)));
        }
    }

    function testAnEpochOfAHundredHosts() public {
        uint256 first = epoch(1);
        uint256 second = epoch(2);
        gasVm.snapshotValue("PermitLedger", "first epoch, 100 hosts", first);
        gasVm.snapshotValue("PermitLedger", "epoch, 100 hosts", second);
        emit Used(first, second);
        assertTrue(first <= 60_000 + HOSTS * 8000, "the first");
        assertTrue(second <= 60_000 + HOSTS * 8000, "those behind it");
    }

    function epoch(uint64 number) private returns (uint256 used) {
        uint128 total = 0;
        uint32 count = 0;
        for (uint256 i = 0; i < HOSTS; i++) {
            count += uint32(100 + i);
            total += uint128((100 + i) * PRICE + i);
        }
        vm.warp(block.timestamp + 3600);
        IPermitSettlement.EpochHeader memory content = header(keccak256(abi.encode(number)), _charges, count, total);
        chill();
        post(number, content);
        used = transaction(abi.encodeCall(ledger.postEpoch, (modelId, number, content)));
        chill();
        settle(number, _charges);
        used += transaction(abi.encodeCall(ledger.settle, (modelId, number, _charges, END)));
        assertTrue(ledger.progressOf(modelId).closed, "closed");
    }

    /// Each transaction finds everything cold.
    function chill() private {
        gasVm.cool(address(ledger));
        gasVm.cool(address(token));
        gasVm.cool(address(registry));
    }

    /// What the last call would have cost as a transaction of its own.
    function transaction(bytes memory data) private view returns (uint256 used) {
        GasVm.Gas memory spent = gasVm.lastCallGas();
        used = spent.gasTotalUsed + 21_000;
        for (uint256 i = 0; i < data.length; i++) {
            used += data[i] == 0 ? 4 : 16;
        }
    }
}
