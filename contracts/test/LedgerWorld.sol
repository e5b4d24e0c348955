// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {IPermitSettlement} from "../src/interfaces/IPermitSettlement.sol";
import {World} from "./World.sol";

/// @title The world with an operator in office, a second host, and epochs to post
abstract contract LedgerWorld is World {
    uint256 internal constant OTHER_HOST_KEY = 0xB0B;
    uint128 internal constant PRICE = 1e15;
    bytes32 internal constant END = OmlProtocol.CHARGES_END;
    uint32 internal constant OPERATOR = 1;

    address internal otherHost;
    uint64 internal serial;

    function setUp() public virtual override {
        super.setUp();
        otherHost = vm.addr(OTHER_HOST_KEY);
        publish(OTHER_HOST_KEY, 1);
        payer(operator, 10 * OPERATOR_BOND);
        payer(host, 100e18);
        payer(otherHost, 100e18);
        payer(prover, 100e18);
        vm.prank(operator);
        ledger.depositBond(OPERATOR, OPERATOR_BOND);
    }

    /// Gives an account tokens that the ledger may take.
    function payer(address account, uint256 amount) internal {
        assertTrue(token.transfer(account, amount), "funded");
        vm.prank(account);
        token.approve(address(ledger), type(uint256).max);
    }

    function prepay(address account, uint128 amount) internal {
        vm.prank(account);
        ledger.deposit(modelId, amount);
    }

    function charge(address account, uint64 count, uint128 amount) internal pure returns (bytes memory) {
        return abi.encodePacked(account, count, amount);
    }

    function headOf(bytes calldata charges, bytes32 next) external pure returns (bytes32) {
        return OmlProtocol.chargeHead(charges, next);
    }

    function header(bytes32 root, bytes memory charges, uint32 count, uint128 total)
        internal
        view
        returns (IPermitSettlement.EpochHeader memory)
    {
        bytes32 head = charges.length == 0 ? END : this.headOf(charges, END);
        return IPermitSettlement.EpochHeader(root, head, count, uint64(block.timestamp), total);
    }

    function post(uint64 epoch, IPermitSettlement.EpochHeader memory content) internal {
        vm.prank(operator);
        ledger.postEpoch(modelId, epoch, content);
    }

    /// Posts an epoch whose permits nobody asks for.
    function post(uint64 epoch, bytes memory charges, uint32 count, uint128 total) internal {
        post(epoch, header(keccak256("permits"), charges, count, total));
    }

    function settle(uint64 epoch, bytes memory charges) internal {
        ledger.settle(modelId, epoch, charges, END);
    }

    /// An epoch that charges one host, from beginning to end.
    function charged(uint64 epoch, address account, uint32 count, uint128 amount) internal {
        bytes memory charges = charge(account, count, amount);
        post(epoch, charges, count, amount);
        settle(epoch, charges);
    }

    function acknowledged(address account, uint64 count, uint128 total)
        internal
        view
        returns (OmlProtocol.UsageAck memory)
    {
        return OmlProtocol.UsageAck(modelId, account, count, total, uint64(block.timestamp));
    }

    function signed(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return signature(key, digest(structHash));
    }

    /// A permit that was issued a second ago.
    function freshPermit() internal returns (OmlProtocol.Permit memory made) {
        made = permit();
        made.serial = ++serial;
        made.queryHash = keccak256(abi.encode(serial));
        made.issuedAt = uint64(block.timestamp) - 1;
        made.expiresAt = made.issuedAt + 300;
    }

    function treeRoot(bytes32[] memory permits) internal pure returns (bytes32) {
        bytes32[] memory level = leaves(permits);
        while (level.length > 1) {
            level = parents(level);
        }
        return level[0];
    }

    function treePath(bytes32[] memory permits, uint256 index) internal pure returns (bytes32[] memory path) {
        bytes32[] memory found = new bytes32[](32);
        uint256 used = 0;
        for (bytes32[] memory level = leaves(permits); level.length > 1; level = parents(level)) {
            if (index ^ 1 < level.length) {
                found[used++] = level[index ^ 1];
            }
            index /= 2;
        }
        path = new bytes32[](used);
        for (uint256 i = 0; i < used; i++) {
            path[i] = found[i];
        }
    }

    function leaves(bytes32[] memory permits) private pure returns (bytes32[] memory level) {
        level = new bytes32[](permits.length);
        for (uint256 i = 0; i < permits.length; i++) {
            level[i] = keccak256(abi.encodePacked(bytes1(0), permits[i]));
        }
    }

    function parents(bytes32[] memory level) private pure returns (bytes32[] memory above) {
        above = new bytes32[]((level.length + 1) / 2);
        for (uint256 i = 0; i < above.length; i++) {
            above[i] = 2 * i + 1 == level.length
                ? level[2 * i]
                : keccak256(abi.encodePacked(bytes1(0x01), level[2 * i], level[2 * i + 1]));
        }
    }
}
