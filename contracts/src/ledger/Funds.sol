// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

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
