// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Carries out what the community decided, after a delay
/// @notice Owns what the community owns. Anybody may execute what has waited long enough; the governor alone may propose
/// and cancel, and is appointed once by the deployer, who then gives its right up. No vote makes the delay shorter than it
/// was at deployment, since hosts rely on being gone before a change holds.
contract CommunityTimelock is TimelockController {
    /// @notice Seconds that nothing makes shorter.
    uint256 public immutable shortestDelay;

    constructor(uint256 delay, address deployer)
        TimelockController(delay, new address[](0), _anybody(), deployer)
    {
        shortestDelay = delay;
    }

    /// @notice The delay that operations wait at least.
    function getMinDelay() public view override returns (uint256) {
        return Math.max(super.getMinDelay(), shortestDelay);
    }

    function _anybody() private pure returns (address[] memory executors) {
        executors = new address[](1);
    }
}
