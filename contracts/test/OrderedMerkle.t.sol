// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrderedMerkle} from "../src/panel/OrderedMerkle.sol";
import {Trees} from "./Trees.sol";
import {Test} from "./Vm.sol";

/// @title A tree of a plan's questions has one leaf at a place, and no other path leads there
contract OrderedMerkleTest is Test {
    uint256 private constant LARGEST = 9;

    function testEveryLeafStandsAtItsPlaceAndNowhereElse() public view {
        for (uint256 count = 1; count <= LARGEST; count++) {
            bytes32[] memory hashes = hashesOf(count);
            for (uint256 place = 0; place < count; place++) {
                (bytes32 root, bytes32[] memory path) = Trees.orderedProof(hashes, place);
                for (uint256 other = 0; other < count; other++) {
                    assertTrue(this.holds(root, hashes[place], other, count, path) == (other == place), "its place");
                    assertTrue(this.holds(root, hashes[other], place, count, path) == (other == place), "its leaf");
                }
            }
        }
    }

    function testNothingStandsBeyondTheLastPlace() public view {
        for (uint256 count = 1; count <= LARGEST; count++) {
            bytes32[] memory hashes = hashesOf(count);
            (bytes32 root, bytes32[] memory path) = Trees.orderedProof(hashes, count - 1);
            for (uint256 beyond = count; beyond <= 2 * LARGEST; beyond++) {
                assertTrue(!this.holds(root, hashes[count - 1], beyond, count, path), "beyond");
            }
            assertTrue(!this.holds(root, hashes[0], 0, 0, path), "an empty tree");
        }
    }

    function testAPathIsNeitherShorterNorLonger() public view {
        for (uint256 count = 2; count <= LARGEST; count++) {
            bytes32[] memory hashes = hashesOf(count);
            for (uint256 place = 0; place < count; place++) {
                (bytes32 root, bytes32[] memory path) = Trees.orderedProof(hashes, place);
                bytes32[] memory longer = new bytes32[](path.length + 1);
                bytes32[] memory shorter = new bytes32[](path.length - 1);
                for (uint256 i = 0; i < path.length; i++) {
                    longer[i] = path[i];
                    if (i < shorter.length) {
                        shorter[i] = path[i];
                    }
                }
                assertTrue(!this.holds(root, hashes[place], place, count, longer), "longer");
                assertTrue(!this.holds(root, hashes[place], place, count, shorter), "shorter");
            }
        }
    }

    /// A library's path lies in the call data.
    function holds(bytes32 root, bytes32 hash, uint256 index, uint256 count, bytes32[] calldata path)
        external
        pure
        returns (bool)
    {
        return OrderedMerkle.verify(root, hash, index, count, path);
    }

    function hashesOf(uint256 count) private pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            hashes[i] = keccak256(abi.encode("leaf", i));
        }
    }
}
