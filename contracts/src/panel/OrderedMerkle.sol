// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Merkle trees that say at which place a leaf stands
/// @notice The tree of `docs/protocol.md` under a batch of permits: leaf `keccak(0x00 ‖ hash)`, node
/// `keccak(0x01 ‖ left ‖ right)`, a last node without a sibling goes up unchanged. There is one leaf at a place.
library OrderedMerkle {
    /// @notice Whether a path leads from a hash at a place, among so many, to a root.
    /// @dev The loop is as long as the path at most.
    function verify(bytes32 root, bytes32 hash, uint256 index, uint256 count, bytes32[] calldata path)
        internal
        pure
        returns (bool)
    {
        if (index >= count) {
            return false;
        }
        bytes32 node = keccak256(abi.encodePacked(bytes1(0x00), hash));
        uint256 used = 0;
        while (count > 1) {
            if (index ^ 1 < count) {
                if (used == path.length) {
                    return false;
                }
                bytes32 sibling = path[used++];
                node = index % 2 == 0
                    ? keccak256(abi.encodePacked(bytes1(0x01), node, sibling))
                    : keccak256(abi.encodePacked(bytes1(0x01), sibling, node));
            }
            index /= 2;
            count = count / 2 + count % 2;
        }
        return used == path.length && node == root;
    }
}
