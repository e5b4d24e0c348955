// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who may sit on a panel
/// @notice Provers' bonds and how long they have lain; panels are drawn from them by the chain.
interface IProverRegistry {
    struct Prover {
        uint128 bond;
        uint64 since;
        uint64 exitRequestedAt;
    }

    event ProverBonded(address indexed prover, uint256 amount, uint64 since);
    event ProverExitRequested(address indexed prover, uint64 earliest);
    event ProverWithdrawn(address indexed prover, uint256 amount);
    event ProverSlashed(address indexed prover, uint256 amount);

    function bond(uint128 amount) external;

    function requestExit() external;

    function withdraw() external;

    function slash(address prover, uint128 amount) external;

    function proverOf(address prover) external view returns (Prover memory);

    function isEligible(address prover, uint64 time) external view returns (bool);

    function drawPanel(bytes32 seed, uint32 size) external view returns (address[] memory);
}
