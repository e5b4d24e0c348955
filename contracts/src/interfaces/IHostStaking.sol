// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a host loses when it cheats
/// @notice Stake by model and host. It leaves only after the unbonding time, and never while a case is open.
interface IHostStaking {
    struct Stake {
        /// Counts towards the minimum.
        uint128 active;
        /// Asked to leave; can still be slashed.
        uint128 exiting;
        /// Held for open cases; part of the two above.
        uint128 locked;
        uint64 exitRequestedAt;
        uint32 openCases;
    }

    /// @notice What a court may do.
    enum CourtState {
        NONE,
        /// Opens and ends cases.
        OPEN,
        /// Ends the cases that it opened; opens none.
        CLOSING
    }

    event Deposited(bytes32 indexed modelId, address indexed host, uint256 amount);
    event ExitRequested(bytes32 indexed modelId, address indexed host, uint256 amount, uint64 earliestWithdrawal);
    event Withdrawn(bytes32 indexed modelId, address indexed host, uint256 amount);
    event Locked(bytes32 indexed modelId, address indexed host, address indexed court, uint256 amount);
    event Released(bytes32 indexed modelId, address indexed host, address indexed court, uint256 amount);
    event Slashed(bytes32 indexed modelId, address indexed host, address indexed court, uint256 amount);
    event Restored(bytes32 indexed modelId, address indexed host, address indexed court, uint256 amount);
    event CourtStateSet(address indexed court, CourtState state);

    error AmountZero();
    error ModelUnknown(bytes32 modelId);
    error StakeTooSmall(uint256 asked, uint256 available);
    error NothingToWithdraw();
    error Unbonding(uint64 earliestWithdrawal);
    error CaseOpen(uint32 openCases);
    error NotCourt(address caller);
    error CourtStateInvalid(address court, CourtState from, CourtState to);
    error LockTooSmall(uint256 asked, uint256 locked);

    function deposit(bytes32 modelId, uint128 amount) external;

    function requestExit(bytes32 modelId, uint128 amount) external;

    function withdraw(bytes32 modelId) external;

    function lock(bytes32 modelId, address host, uint128 amount) external returns (uint128 locked);

    function release(bytes32 modelId, address host, uint128 amount) external;

    function slash(bytes32 modelId, address host, uint128 amount) external;

    function restore(bytes32 modelId, address host, uint128 amount) external;

    function setCourtState(address court, CourtState state) external;

    function stakeOf(bytes32 modelId, address host) external view returns (Stake memory);

    function earliestWithdrawal(bytes32 modelId, address host) external view returns (uint64);

    function isActive(bytes32 modelId, address host, uint32 termsVersion) external view returns (bool);

    function courtState(address court) external view returns (CourtState);
}
