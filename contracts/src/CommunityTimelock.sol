// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Carries out what the community decided, after a delay
/// @notice Owns what the community owns. Anybody may execute what has waited long enough; the governor alone may propose
/// and cancel, and is appointed once by the deployer, who then gives its right up.
contract CommunityTimelock is TimelockController {
    constructor(uint256 delay, address deployer)
        TimelockController(delay, new address[](0), _anybody(), deployer)
    {}

    function _anybody() private pure returns (address[] memory executors) {
        executors = new address[](1);
    }
}
