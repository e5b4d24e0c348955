// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {IPermitLedger} from "../interfaces/IPermitLedger.sol";

/// @title Stops new obligations for a while
/// @notice While it lasts no instance is published, no balance deposited and no epoch posted. Withdrawals,
/// acknowledgements, settlement of what was posted, challenges and rebuttals go on. A guardian pauses once; the next pause
/// needs the next appointment, so that a guardian cannot stop a community for longer than {LONGEST_PAUSE}.
abstract contract Pausing is IPermitLedger, Ownable2Step {
    /// @notice Long enough for a vote and the timelock behind it.
    uint64 public constant LONGEST_PAUSE = 35 days;

    /// @notice Who may pause, or nobody.
    address public guardian;
    /// @notice When the pause ends.
    uint64 public pausedUntil;

    modifier whenNotPaused() {
        if (isPaused()) {
            revert IsPaused(pausedUntil);
        }
        _;
    }

    /// @notice Names who may pause once; zero for nobody.
    /// @dev Effects: the guardian. Requirements: the owner.
    function appointGuardian(address guardian_) external onlyOwner {
        _appointGuardian(guardian_);
    }

    /// @notice Stops new obligations.
    /// @dev Effects: a pause of {LONGEST_PAUSE}; the guardian's office ends. Requirements: the guardian.
    function pause() external {
        if (msg.sender != guardian) {
            revert NotGuardian(msg.sender);
        }
        guardian = address(0);
        pausedUntil = uint64(block.timestamp) + LONGEST_PAUSE;
        emit Paused(msg.sender, pausedUntil);
    }

    /// @notice Ends a pause before its time.
    /// @dev Effects: no pause. Requirements: the owner.
    function unpause() external onlyOwner {
        pausedUntil = 0;
        emit Unpaused();
    }

    /// @notice Whether new obligations are stopped.
    function isPaused() public view returns (bool) {
        return block.timestamp < pausedUntil;
    }

    function _appointGuardian(address guardian_) internal {
        guardian = guardian_;
        emit GuardianAppointed(guardian_);
    }
}
