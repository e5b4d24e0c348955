// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The community's revenue
/// @notice Whatever arrives, by a transfer or otherwise, belongs to the shareholders of that moment, in proportion, and can
/// be claimed at any time. The sum of claims never exceeds what arrived.
interface IRevenueVault {
    event RevenueReceived(uint256 amount);
    event RevenueClaimed(address indexed holder, uint256 amount);

    error SupplyInvalid(uint256 supply);
    error NotShares(address caller);
    error NothingToClaim(address holder);

    function sync() external;

    function claim(address holder) external returns (uint256 amount);

    function beforeTransfer(address from, address to) external;

    function claimable(address holder) external view returns (uint256);
}
