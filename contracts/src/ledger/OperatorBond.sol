// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {OmlProtocol} from "../OmlProtocol.sol";
import {IOperatorBond} from "../interfaces/IOperatorBond.sol";
import {EpochSettlement} from "./EpochSettlement.sol";
import {PermitSigners} from "./PermitSigners.sol";

/// @title The operator, its bond, and the permits that it left out
/// @notice See {IOperatorBond}.
/// @dev Hazards: an operator must keep every epoch's permits for as long as it can be challenged; a stolen signer's key
/// makes permits that no epoch holds, and each costs the bond until the challenge's age has passed.
abstract contract OperatorBond is IOperatorBond, EpochSettlement, PermitSigners {
    using SafeERC20 for IERC20;

    struct Office {
        address account;
        uint32 number;
    }

    Office private _office;
    mapping(uint32 number => Operator) private _operators;
    mapping(bytes32 permitHash => Omission) private _omissions;
    mapping(address account => uint256) public owed;

    /// @notice Puts another account in charge of epochs; zero for nobody.
    /// @dev Effects: the operator before is retired and keeps its bond until its notice is over. Requirements: the owner.
    function setOperator(address operator) external onlyOwner {
        _setOperator(operator);
    }

    /// @notice Adds to an operator's bond. Anybody may.
    /// @dev Effects: the bond; takes the amount. Requirements: more than zero; an operator in office.
    function depositBond(uint32 number, uint128 amount) external {
        if (amount == 0) {
            revert AmountZero();
        }
        Operator storage operator = _operators[number];
        if (operator.account == address(0) || operator.retiredAt != 0) {
            revert OperatorUnknown(number);
        }
        operator.bond += amount;
        emit BondDeposited(number, msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @notice Gives a retired operator its bond back. Anybody may ask for it.
    /// @dev Effects: pays the operator. Requirements: retired, its notice is over, no challenge is open.
    function withdrawBond(uint32 number) external {
        Operator storage operator = _operators[number];
        if (operator.retiredAt == 0) {
            revert OperatorInOffice(number);
        }
        uint64 earliest = operator.retiredAt + _bondNotice;
        if (block.timestamp < earliest) {
            revert TooEarly(earliest);
        }
        if (operator.openChallenges != 0) {
            revert ChallengesOpen(operator.openChallenges);
        }
        uint128 bond = operator.bond;
        if (bond == 0) {
            revert NothingToWithdraw();
        }
        operator.bond = 0;
        emit BondWithdrawn(number, operator.account, bond);
        token.safeTransfer(operator.account, bond);
    }

    /// @notice Claims that the epoch of a permit's time does not hold the permit.
    /// @dev Effects: the challenge; takes the deposit from the caller. Requirements: the epoch is posted and not too old,
    /// the permit was issued in its time and signed by a key valid then (alone or in a batch); not challenged before.
    /// @param authority see {OmlProtocol-recoverPermit}
    function challengeOmission(uint64 epoch, OmlProtocol.Permit calldata permit, bytes calldata authority)
        external
        returns (bytes32 permitHash)
    {
        uint32 number = _requireOfEpoch(permit, epoch);
        address recovered = OmlProtocol.recoverPermit(_domain(), permit, authority);
        if (!isSignerAt(recovered, permit.issuedAt)) {
            revert PermitSignerInvalid(recovered, permit.issuedAt);
        }
        permitHash = OmlProtocol.structHash(permit);
        _requireState(permitHash, OmissionState.NONE);
        uint64 answerUntil = uint64(block.timestamp) + _responsePeriod;
        _omissions[permitHash] =
            Omission(permit.modelId, msg.sender, epoch, number, answerUntil, OmissionState.CHALLENGED);
        _operators[number].openChallenges++;
        emit OmissionChallenged(permitHash, permit.modelId, epoch, msg.sender, answerUntil);
        token.safeTransferFrom(msg.sender, address(this), _challengeDeposit);
    }

    /// @notice Shows where the epoch holds the permit. Anybody may.
    /// @dev Effects: the challenge ends, its deposit is the operator's. Requirements: within the response period; a path
    /// from the permit to the epoch's root.
    function answerOmission(bytes32 permitHash, uint32 index, bytes32[] calldata path) external {
        Omission storage omission = _requireState(permitHash, OmissionState.CHALLENGED);
        if (block.timestamp > omission.answerUntil) {
            revert TooLate(omission.answerUntil);
        }
        if (!_holds(omission.modelId, omission.epoch, permitHash, index, path)) {
            revert PathInvalid();
        }
        omission.state = OmissionState.ANSWERED;
        Operator storage operator = _operators[omission.operatorNumber];
        operator.openChallenges--;
        owed[operator.account] += _challengeDeposit;
        emit OmissionAnswered(permitHash, index);
    }

    /// @notice Ends an unanswered challenge. Anybody may.
    /// @dev Effects: the bond pays the penalty, or what is left of it: a part to the challenger with its deposit, the rest
    /// to the model's treasury. Requirements: the response period is over.
    function concludeOmission(bytes32 permitHash) external {
        Omission storage omission = _requireState(permitHash, OmissionState.CHALLENGED);
        if (block.timestamp <= omission.answerUntil) {
            revert TooEarly(omission.answerUntil + 1);
        }
        omission.state = OmissionState.PROVEN;
        uint32 number = omission.operatorNumber;
        _operators[number].openChallenges--;
        uint128 penalty = _forfeit(number, omission.modelId);
        uint128 reward = uint128(uint256(penalty) * _challengerBps / ALL_BPS);
        owed[omission.challenger] += uint256(_challengeDeposit) + reward;
        _addRevenue(omission.modelId, penalty - reward);
        emit OmissionProven(permitHash, number, omission.challenger, reward, penalty - reward);
    }

    /// @notice Pays what an account is owed. Anybody may ask for it.
    /// @dev Effects: pays the account. Requirements: something is owed.
    function collect(address account) external returns (uint256 amount) {
        amount = owed[account];
        if (amount == 0) {
            revert NothingOwed(account);
        }
        owed[account] = 0;
        emit Collected(account, amount);
        token.safeTransfer(account, amount);
    }

    /// @notice Who posts epochs now.
    function currentOperator() external view returns (uint32 number, address account) {
        return (_office.number, _office.account);
    }

    /// @notice An operator, in office or retired.
    function operatorOf(uint32 number) external view returns (Operator memory) {
        return _operators[number];
    }

    /// @notice What became of a challenge.
    function omissionOf(bytes32 permitHash) external view returns (Omission memory) {
        return _omissions[permitHash];
    }

    function _setOperator(address account) internal {
        uint32 last = _office.number;
        if (last != 0) {
            _operators[last].retiredAt = uint64(block.timestamp);
        }
        _office = Office({account: account, number: last + 1});
        _operators[last + 1].account = account;
        emit OperatorSet(last + 1, account);
    }

    function _requireOperator(address caller) internal view override returns (uint32 number) {
        address account;
        (account, number) = (_office.account, _office.number);
        if (caller != account) {
            revert NotOperator(caller);
        }
        uint128 bond = _operators[number].bond;
        if (bond < _operatorBond) {
            revert BondTooSmall(bond, _operatorBond);
        }
    }

    function _forfeit(uint32 number, bytes32 modelId) internal override returns (uint128 amount) {
        Operator storage operator = _operators[number];
        amount = uint128(Math.min(operator.bond, _omissionPenalty));
        operator.bond -= amount;
        emit BondForfeited(number, modelId, amount);
    }

    function _requireOfEpoch(OmlProtocol.Permit calldata permit, uint64 epoch) private view returns (uint32) {
        Epoch memory posted = epochOf(permit.modelId, epoch);
        if (posted.postedAt == 0) {
            revert EpochNotOpen(epoch);
        }
        uint64 from = epoch == 1 ? 0 : epochOf(permit.modelId, epoch - 1).until;
        if (permit.issuedAt < from || permit.issuedAt >= posted.until) {
            revert PermitNotOfEpoch(permit.issuedAt, from, posted.until);
        }
        if (block.timestamp > posted.postedAt + _challengeAge) {
            revert TooLate(posted.postedAt + _challengeAge);
        }
        return posted.operatorNumber;
    }

    function _requireState(bytes32 permitHash, OmissionState expected) private view returns (Omission storage found) {
        found = _omissions[permitHash];
        if (found.state != expected) {
            revert OmissionNotIn(permitHash, expected, found.state);
        }
    }
}
