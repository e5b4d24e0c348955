// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IPermitLedger} from "./interfaces/IPermitLedger.sol";

/// @title Who may sign permits, and what hosts have paid in advance
/// @notice See {IPermitLedger} and `docs/contracts/permit-ledger.md`. Epochs and charges are laid down in
/// {IPermitSettlement}; this ledger does not settle.
/// @dev Hazard: whoever holds a signer's key can acquit any host. Keys therefore change with notice and never
/// backwards, and a permit is judged by its key's state when it was issued.
contract PermitLedger is IPermitLedger, EIP712, Ownable2Step {
    using SafeERC20 for IERC20;

    uint64 private constant NEVER = type(uint64).max;

    IERC20 public immutable token;
    /// @notice Seconds between the announcement of a key, or of its end, and its effect.
    uint64 public immutable signerNotice;
    /// @notice Seconds between the request for a balance and its withdrawal, in which charges can still be settled.
    uint64 public immutable withdrawalNotice;

    mapping(address key => Signer) private _signers;
    mapping(bytes32 modelId => mapping(address host => Balance)) private _balances;

    /// @param firstSigner valid from the start, so that an owner with a delay need not add it; or zero
    constructor(
        IERC20 token_,
        address owner,
        uint64 signerNotice_,
        uint64 withdrawalNotice_,
        address firstSigner
    ) EIP712("OML", "1") Ownable(owner) {
        token = token_;
        signerNotice = signerNotice_;
        withdrawalNotice = withdrawalNotice_;
        if (firstSigner != address(0)) {
            _add(firstSigner, uint64(block.timestamp));
        }
    }

    /// @notice Lets a key sign permits from a time on.
    /// @dev Effects: the key's validity. Requirements: the owner; a key never added before; the notice.
    function addSigner(address key, uint64 validFrom) external onlyOwner {
        if (key == address(0)) {
            revert SignerInvalid();
        }
        if (_signers[key].retiredAt != 0) {
            revert SignerExists(key);
        }
        _requireNotice(validFrom);
        _add(key, validFrom);
    }

    /// @notice Ends a key's validity from a time on. What it signed before stays valid.
    /// @dev Effects: the end, which is final. Requirements: the owner; a key that has no end yet; the notice, and not
    /// before its beginning.
    function retireSigner(address key, uint64 retiredAt) external onlyOwner {
        Signer storage known = _signers[key];
        if (known.retiredAt == 0) {
            revert SignerUnknown(key);
        }
        if (known.retiredAt != NEVER) {
            revert SignerRetiredAlready(key);
        }
        _requireNotice(retiredAt);
        if (retiredAt < known.validFrom) {
            revert TooEarly(known.validFrom);
        }
        known.retiredAt = retiredAt;
        emit SignerRetired(key, retiredAt);
    }

    /// @notice Adds to the caller's prepaid balance for a model.
    /// @dev Effects: the balance; takes the amount from the caller. Requirements: more than zero.
    function deposit(bytes32 modelId, uint128 amount) external {
        if (amount == 0) {
            revert AmountZero();
        }
        _balances[modelId][msg.sender].available += amount;
        emit BalanceDeposited(modelId, msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @notice Asks for a part of the balance back. A second request adds to the first and starts its time again.
    /// @dev Effects: moves the amount from available to leaving. Requirements: that much available.
    function requestWithdrawal(bytes32 modelId, uint128 amount) external {
        if (amount == 0) {
            revert AmountZero();
        }
        Balance storage balance = _balances[modelId][msg.sender];
        if (amount > balance.available) {
            revert BalanceTooSmall(amount, balance.available);
        }
        balance.available -= amount;
        balance.leaving += amount;
        balance.withdrawalRequestedAt = uint64(block.timestamp);
        emit WithdrawalRequested(modelId, msg.sender, amount, uint64(block.timestamp) + withdrawalNotice);
    }

    /// @notice Takes out what was asked for. Works whether or not the operator is there.
    /// @dev Effects: pays the caller. Requirements: a request, and its notice.
    function withdraw(bytes32 modelId) external {
        Balance storage balance = _balances[modelId][msg.sender];
        uint128 amount = balance.leaving;
        if (amount == 0) {
            revert NothingToWithdraw();
        }
        uint64 earliest = balance.withdrawalRequestedAt + withdrawalNotice;
        if (block.timestamp < earliest) {
            revert TooEarly(earliest);
        }
        balance.leaving = 0;
        balance.withdrawalRequestedAt = 0;
        emit BalanceWithdrawn(modelId, msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @notice A key's validity; all zero if it was never added.
    function signer(address key) external view returns (Signer memory) {
        return _signers[key];
    }

    /// @notice Whether a permit issued at a time may be signed by a key.
    function isSignerAt(address key, uint64 time) external view returns (bool) {
        Signer memory known = _signers[key];
        return known.retiredAt != 0 && known.validFrom <= time && time < known.retiredAt;
    }

    /// @notice A host's balance for a model.
    function balanceOf(bytes32 modelId, address host) external view returns (Balance memory) {
        return _balances[modelId][host];
    }

    /// @notice The protocol's EIP-712 domain.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function _add(address key, uint64 validFrom) private {
        _signers[key] = Signer({validFrom: validFrom, retiredAt: NEVER});
        emit SignerAdded(key, validFrom);
    }

    function _requireNotice(uint64 time) private view {
        uint64 earliest = uint64(block.timestamp) + signerNotice;
        if (time < earliest || time == NEVER) {
            revert TooEarly(earliest);
        }
    }
}
