// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice What a charge needs of a host in one storage slot: the available balance below, and above it the headroom, which
/// is what may be charged before the host acknowledges more.
type Funds is uint256;

using FundsLibrary for Funds global;

/// @title Arithmetic of {Funds}
library FundsLibrary {
    function pack(uint128 available_, uint128 headroom_) internal pure returns (Funds) {
        return Funds.wrap(uint256(headroom_) << 128 | available_);
    }

    function available(Funds self) internal pure returns (uint128) {
        return uint128(Funds.unwrap(self));
    }

    function headroom(Funds self) internal pure returns (uint128) {
        return uint128(Funds.unwrap(self) >> 128);
    }

    /// @notice The headroom raised by an amount, at most to what its place holds.
    /// @dev Hazard: an overflow that reverted would let a host that acknowledges absurd numbers keep an epoch open.
    function raised(Funds self, uint256 amount) internal pure returns (uint128) {
        return uint128(Math.min(headroom(self) + amount, type(uint128).max));
    }

    /// @notice Takes an amount from both halves.
    /// @return covered whether both have it
    /// @return rest what is left; means nothing unless they have
    function charged(Funds self, uint128 amount) internal pure returns (bool covered, Funds rest) {
        uint256 both = Funds.unwrap(self);
        unchecked {
            covered = uint128(both) >= amount && both >> 128 >= amount;
            rest = Funds.wrap(both - (uint256(amount) << 128 | amount));
        }
    }
}
