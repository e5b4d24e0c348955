// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The community's revenue
/// @notice Whatever arrives belongs to the shareholders at that moment, in proportion, and can be claimed at any time; the
/// sum of claims never exceeds what arrived.
interface IRevenueVault {
    event RevenueReceived(address indexed from, uint256 amount, uint256 indexed epoch);
    event RevenueClaimed(address indexed holder, uint256 amount, uint256 indexed epoch);

    function receiveRevenue(uint256 amount) external;

    function claim(address holder, uint256 epoch) external returns (uint256 amount);

    function claimable(address holder, uint256 epoch) external view returns (uint256);

    function currentEpoch() external view returns (uint256);
}
