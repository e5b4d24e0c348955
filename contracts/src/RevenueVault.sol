// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IRevenueVault} from "./interfaces/IRevenueVault.sol";

/// @title The community's revenue, divided by shares
/// @notice See {IRevenueVault} and `docs/contracts/revenue-vault.md`.
/// @dev The supply of shares is fixed, so an accumulator of all that ever arrived is enough: a holder earns its balance's
/// part of what arrived since it was last credited. The shares call before every transfer, so balances are constant between
/// two credits. Nothing loops over holders; fractions of a unit are kept for the holder, and less than a unit each stays
/// here. Nobody owns the vault. Hazard: a token whose balances change by themselves (rebasing down) would leave the last
/// claims uncovered.
contract RevenueVault is IRevenueVault, ReentrancyGuard {
    using SafeERC20 for IERC20;

    struct Holder {
        /// {received} when the holder was last credited.
        uint256 receivedBefore;
        /// Units earned and not claimed, times the supply of shares.
        uint256 earned;
    }

    IERC20 public immutable token;
    IERC20 public immutable shares;

    /// @notice What ever arrived.
    uint256 public received;
    /// @notice What was ever claimed.
    uint256 public claimed;

    mapping(address holder => Holder) private _holders;

    constructor(IERC20 token_, IERC20 shares_) {
        uint256 supply = shares_.totalSupply();
        if (supply == 0 || supply > type(uint128).max) {
            revert SupplyInvalid(supply);
        }
        token = token_;
        shares = shares_;
    }

    /// @notice Counts what arrived since the last time. Claims and transfers of shares do so themselves.
    /// @dev Effects: the new revenue belongs to the present shareholders. Requirements: none.
    function sync() external nonReentrant {
        _sync();
    }

    /// @notice Pays a holder what its shares have earned. Anybody may ask for it.
    /// @dev Effects: pays the holder. Requirements: something is there to claim.
    function claim(address holder) external nonReentrant returns (uint256 amount) {
        _sync();
        _credit(holder);
        uint256 supply = shares.totalSupply();
        amount = _holders[holder].earned / supply;
        if (amount == 0) {
            revert NothingToClaim(holder);
        }
        _holders[holder].earned -= amount * supply;
        claimed += amount;
        emit RevenueClaimed(holder, amount);
        token.safeTransfer(holder, amount);
    }

    /// @notice Leaves with both sides of a transfer of shares what they have earned by then.
    /// @dev Effects: credits both. Requirements: the shares.
    function beforeTransfer(address from, address to) external nonReentrant {
        if (msg.sender != address(shares)) {
            revert NotShares(msg.sender);
        }
        _sync();
        _credit(from);
        _credit(to);
    }

    /// @notice What a holder could claim now.
    function claimable(address holder) external view returns (uint256) {
        Holder memory known = _holders[holder];
        uint256 since = received + _arrived() - known.receivedBefore;
        return (known.earned + shares.balanceOf(holder) * since) / shares.totalSupply();
    }

    function _sync() private {
        uint256 arrived = _arrived();
        if (arrived != 0) {
            received += arrived;
            emit RevenueReceived(arrived);
        }
    }

    function _arrived() private view returns (uint256) {
        // A balance below what is held is a token that lost units; then nothing arrived.
        return Math.saturatingSub(token.balanceOf(address(this)), received - claimed);
    }

    function _credit(address holder) private {
        Holder storage known = _holders[holder];
        uint256 since = received - known.receivedBefore;
        if (since != 0) {
            known.earned += shares.balanceOf(holder) * since;
            known.receivedBefore = received;
        }
    }
}
