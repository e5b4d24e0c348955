// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

import {ICommunityShares} from "./interfaces/ICommunityShares.sol";
import {IRevenueVault} from "./interfaces/IRevenueVault.sol";

/// @title Who owns the model
/// @notice See {ICommunityShares}. All shares are handed out at deployment. Votes count once delegated, also to oneself.
/// @dev Timed by timestamps, as the platform's other contracts are. Hazard: every transfer calls the vault, so that what
/// arrived before it stays with those who held the shares then; a vault that reverts would stop transfers.
contract CommunityShares is ERC20, ERC20Permit, ERC20Votes, ICommunityShares {
    /// @notice Divides the revenue by shares.
    IRevenueVault public immutable vault;

    constructor(
        string memory name,
        string memory symbol,
        address[] memory holders,
        uint256[] memory amounts,
        IRevenueVault vault_
    ) ERC20(name, symbol) ERC20Permit(name) {
        vault = vault_;
        if (holders.length == 0) {
            revert NoHolders();
        }
        if (holders.length != amounts.length) {
            revert HoldersAndAmountsDiffer();
        }
        for (uint256 i = 0; i < holders.length; i++) {
            _mint(holders[i], amounts[i]);
        }
    }

    /// @notice Votes are looked up by time, not by block (ERC-6372).
    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @notice How {clock} counts.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice The next nonce of an owner's signatures.
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        if (from != address(0)) {
            vault.beforeTransfer(from, to);
        }
        super._update(from, to, value);
    }
}
