// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {PausableByGuardian} from "../PausableByGuardian.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IPermitLedger} from "../interfaces/IPermitLedger.sol";

/// @title What of a ledger is fixed for ever
/// @notice While it is paused no instance is published, no balance deposited and no epoch posted. Withdrawals,
/// acknowledgements, settlement of what was posted, challenges and rebuttals go on.
abstract contract LedgerParameters is IPermitLedger, PausableByGuardian {
    uint16 internal constant ALL_BPS = 10_000;

    IERC20 public immutable token;
    /// @notice Knows the hosts' terms, and who receives a model's revenue.
    IModelRegistry public immutable registry;

    uint64 public immutable signerNotice;
    uint64 public immutable withdrawalNotice;
    uint64 internal immutable _operatorSilence;
    uint64 internal immutable _bondNotice;
    uint64 internal immutable _challengeAge;
    uint64 internal immutable _responsePeriod;
    uint128 internal immutable _operatorBond;
    uint128 internal immutable _omissionPenalty;
    uint128 internal immutable _challengeDeposit;
    uint16 internal immutable _challengerBps;

    constructor(IERC20 token_, IModelRegistry registry_, Parameters memory chosen) {
        if (chosen.operatorSilence == 0) {
            revert ParametersInvalid("operatorSilence");
        }
        if (chosen.responsePeriod == 0) {
            revert ParametersInvalid("responsePeriod");
        }
        if (chosen.bondNotice <= chosen.challengeAge + chosen.responsePeriod) {
            revert ParametersInvalid("bondNotice");
        }
        if (chosen.omissionPenalty > chosen.operatorBond) {
            revert ParametersInvalid("omissionPenalty");
        }
        if (chosen.challengerBps > ALL_BPS / 2) {
            revert ParametersInvalid("challengerBps");
        }
        token = token_;
        registry = registry_;
        signerNotice = chosen.signerNotice;
        withdrawalNotice = chosen.withdrawalNotice;
        _operatorSilence = chosen.operatorSilence;
        _bondNotice = chosen.bondNotice;
        _challengeAge = chosen.challengeAge;
        _responsePeriod = chosen.responsePeriod;
        _operatorBond = chosen.operatorBond;
        _omissionPenalty = chosen.omissionPenalty;
        _challengeDeposit = chosen.challengeDeposit;
        _challengerBps = chosen.challengerBps;
    }

    /// @notice What was fixed at deployment.
    function parameters() external view returns (Parameters memory) {
        return Parameters({
            signerNotice: signerNotice,
            withdrawalNotice: withdrawalNotice,
            operatorSilence: _operatorSilence,
            bondNotice: _bondNotice,
            challengeAge: _challengeAge,
            responsePeriod: _responsePeriod,
            operatorBond: _operatorBond,
            omissionPenalty: _omissionPenalty,
            challengeDeposit: _challengeDeposit,
            challengerBps: _challengerBps
        });
    }

    /// @notice Whether new balances, epochs and instances wait.
    function paused() public view override(IPermitLedger, Pausable) returns (bool) {
        return super.paused();
    }
}
