// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The protocol's two Merkle trees, made from all leaves
library Trees {
    /// Nodes `keccak(min ‖ max)`.
    function proof(bytes32[] memory level, uint256 index) internal pure returns (bytes32 root, bytes32[] memory path) {
        return _climb(level, index, false);
    }

    /// Leaves `keccak(0x00 ‖ hash)`, nodes `keccak(0x01 ‖ left ‖ right)`.
    function orderedProof(bytes32[] memory hashes, uint256 index)
        internal
        pure
        returns (bytes32 root, bytes32[] memory path)
    {
        bytes32[] memory level = new bytes32[](hashes.length);
        for (uint256 i = 0; i < hashes.length; i++) {
            level[i] = keccak256(abi.encodePacked(bytes1(0x00), hashes[i]));
        }
        return _climb(level, index, true);
    }

    function _climb(bytes32[] memory level, uint256 index, bool ordered)
        private
        pure
        returns (bytes32, bytes32[] memory)
    {
        bytes32[] memory path = new bytes32[](32);
        uint256 used = 0;
        while (level.length > 1) {
            if (index ^ 1 < level.length) {
                path[used++] = level[index ^ 1];
            }
            bytes32[] memory parents = new bytes32[]((level.length + 1) / 2);
            for (uint256 i = 0; i < level.length; i += 2) {
                parents[i / 2] = i + 1 < level.length ? _node(level[i], level[i + 1], ordered) : level[i];
            }
            (level, index) = (parents, index / 2);
        }
        bytes32[] memory cut = new bytes32[](used);
        for (uint256 i = 0; i < used; i++) {
            cut[i] = path[i];
        }
        return (level[0], cut);
    }

    function _node(bytes32 a, bytes32 b, bool ordered) private pure returns (bytes32) {
        if (ordered) {
            return keccak256(abi.encodePacked(bytes1(0x01), a, b));
        }
        return a < b ? keccak256(abi.encodePacked(a, b)) : keccak256(abi.encodePacked(b, a));
    }
}
