// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";

/// @title Who owns the model
/// @notice Shares of the community: they vote, and revenue is claimed in proportion to them. The supply is fixed.
interface ICommunityShares is IERC20, IVotes {
    error NoHolders();
    error HoldersAndAmountsDiffer();
}
