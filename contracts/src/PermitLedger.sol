// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {LedgerParameters} from "./ledger/LedgerParameters.sol";
import {OperatorBond} from "./ledger/OperatorBond.sol";

/// @title Permit signers, prepaid balances, epochs and the operator's bond
/// @notice See `docs/contracts/permit-ledger.md`, and {IPermitLedger}, {IPermitSettlement} and {IOperatorBond}. Each part is
/// a contract of its own under `ledger/`; this one puts them together and is the protocol's signature domain.
contract PermitLedger is OperatorBond, EIP712 {
    /// @notice Who is appointed from the start, so that an owner with a delay need not do it; each may be zero.
    struct Appointments {
        address signer;
        address operator;
        address guardian;
    }

    constructor(
        IERC20 token_,
        IModelRegistry registry_,
        address owner,
        Parameters memory chosen,
        Appointments memory first
    ) EIP712("OML", "1") Ownable(owner) LedgerParameters(token_, registry_, chosen) {
        if (first.signer != address(0)) {
            _addSigner(first.signer, uint64(block.timestamp));
        }
        if (first.operator != address(0)) {
            _setOperator(first.operator);
        }
        if (first.guardian != address(0)) {
            guardian = first.guardian;
            emit GuardianSet(first.guardian);
        }
    }

    /// @notice The protocol's EIP-712 domain.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function _domain() internal view override returns (bytes32) {
        return _domainSeparatorV4();
    }
}
