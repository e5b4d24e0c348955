// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

/// @title How the community decides
/// @notice Every change of terms, signers, constitution and parameters is a proposal, voted with {ICommunityShares} and
/// carried out by the timelock, whose delay is longer than unbonding: a host that dislikes new terms is gone before they
/// hold.
interface ICommunityGovernor is IGovernor {
    error TimelockShorterThanUnbonding(uint256 delay, uint256 unbonding);
}
