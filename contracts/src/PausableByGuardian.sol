// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

/// @title Stops new obligations in an emergency
/// @notice The owner is a timelock with a delay of weeks, so it names a guardian that can pause at once. The guardian can do
/// nothing else: whoever holds its key can keep newcomers out until the owner takes the key away, and can hold nothing
/// back from those who are in.
/// @dev A contract puts `whenNotPaused` on what begins an obligation alone, never on a withdrawal, a rebuttal or a verdict.
abstract contract PausableByGuardian is Ownable2Step, Pausable {
    address public guardian;

    event GuardianSet(address indexed guardian);

    error NotGuardian(address caller);

    /// @notice Names who may pause; zero for nobody but the owner.
    /// @dev Effects: the guardian. Requirements: the owner.
    function setGuardian(address guardian_) external onlyOwner {
        guardian = guardian_;
        emit GuardianSet(guardian_);
    }

    /// @notice Lets no new obligation begin.
    /// @dev Effects: paused. Requirements: the guardian or the owner; not paused.
    function pause() external {
        _requireGuardian();
        _pause();
    }

    /// @notice Lets obligations begin again.
    /// @dev Effects: not paused. Requirements: the guardian or the owner; paused.
    function unpause() external {
        _requireGuardian();
        _unpause();
    }

    function _requireGuardian() private view {
        if (msg.sender != guardian && msg.sender != owner()) {
            revert NotGuardian(msg.sender);
        }
    }
}
