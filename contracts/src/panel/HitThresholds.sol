// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title How many hits are too many for chance
/// @notice Written by `org.oml.contracts.HitThresholds`; a test computes every entry again. Of so many questions, so many hits
/// at least, each of which is chance with probability 1/3, have a probability of at most 2^-36: one wrong conviction in
/// 2^20 for all of the 65,536 instances together that a model may have.
library HitThresholds {
    /// @notice The most questions for which there is an entry.
    uint256 internal constant MAXIMUM = 128;

    uint256 private constant NONE = 0xff;
    // A byte for each number of questions from 1 on.
    uint256 private constant TO_32 = 0xffffffffffffffffffffffffffffffffffffffffffff1718191a1a1b1c1c1d1e;
    uint256 private constant TO_64 = 0x1e1f20202121222323242425262627272829292a2a2b2b2c2d2d2e2e2f2f3030;
    uint256 private constant TO_96 = 0x31313232333434353536363737383839393a3a3b3b3c3c3d3d3e3e3f3f404041;
    uint256 private constant TO_128 = 0x41424243434444454546464747484849494a4a4b4b4c4c4d4d4e4e4f4f505051;

    /// @notice Whether any number of hits convinces.
    function exists(uint256 asked) internal pure returns (bool) {
        return asked != 0 && asked <= MAXIMUM && leastHits(asked) != NONE;
    }

    /// @notice The least hits that convince; 255 where none do.
    /// @dev Requirements: from 1 to {MAXIMUM} asked.
    function leastHits(uint256 asked) internal pure returns (uint256) {
        uint256 place = asked - 1;
        uint256 word = place < 32 ? TO_32 : place < 64 ? TO_64 : place < 96 ? TO_96 : TO_128;
        return (word >> (8 * (31 - place % 32))) & 0xff;
    }
}
