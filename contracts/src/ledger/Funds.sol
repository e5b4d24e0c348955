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

    /// @notice Whether both halves cover an amount.
    function covers(Funds self, uint128 amount) internal pure returns (bool) {
        return available(self) >= amount && headroom(self) >= amount;
    }

    /// @notice Takes an amount from both halves.
    /// @dev Requirements: {covers}; otherwise one half would borrow from the other.
    function charged(Funds self, uint128 amount) internal pure returns (Funds) {
        unchecked {
            return Funds.wrap(Funds.unwrap(self) - (uint256(amount) << 128 | amount));
        }
    }
}
