// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerParameters} from "./LedgerParameters.sol";

/// @title Who may sign permits, and since when
/// @dev Hazard: whoever holds a signer's key can acquit any host. Keys therefore change with notice and never
/// backwards, and a permit is judged by its key's state when it was issued.
abstract contract PermitSigners is LedgerParameters {
    uint64 private constant NEVER = type(uint64).max;

    mapping(address key => Signer) private _signers;

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
        _addSigner(key, validFrom);
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

    /// @notice A key's validity; all zero if it was never added.
    function signer(address key) external view returns (Signer memory) {
        return _signers[key];
    }

    /// @notice Whether a permit issued at a time may be signed by a key.
    function isSignerAt(address key, uint64 time) public view returns (bool) {
        Signer memory known = _signers[key];
        return known.retiredAt != 0 && known.validFrom <= time && time < known.retiredAt;
    }

    function _addSigner(address key, uint64 validFrom) internal {
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
