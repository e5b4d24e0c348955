// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../OmlProtocol.sol";

/// @title Who posts epochs, and what it loses for leaving a permit out
/// @notice A permit that was signed belongs into the epoch of its time. Whoever holds one that the posted root does not
/// hold challenges; the operator answers with the permit's path in time, or pays.
interface IOperatorBond {
    struct Operator {
        address account;
        uint128 bond;
        /// Zero while it is in office.
        uint64 retiredAt;
        uint32 openChallenges;
    }

    enum OmissionState {
        NONE,
        CHALLENGED,
        ANSWERED,
        PROVEN
    }

    struct Omission {
        bytes32 modelId;
        address challenger;
        uint64 epoch;
        uint32 operatorNumber;
        uint64 answerUntil;
        OmissionState state;
    }

    event OperatorSet(uint32 indexed number, address indexed operator);
    event BondDeposited(uint32 indexed number, address indexed from, uint256 amount);
    event BondWithdrawn(uint32 indexed number, address indexed operator, uint256 amount);
    event BondForfeited(uint32 indexed number, bytes32 indexed modelId, uint256 amount);
    event OmissionChallenged(
        bytes32 indexed permitHash, bytes32 indexed modelId, uint64 indexed epoch, address challenger, uint64 answerUntil
    );
    event OmissionAnswered(bytes32 indexed permitHash, uint32 index);
    event OmissionProven(
        bytes32 indexed permitHash, uint32 indexed operatorNumber, address indexed challenger, uint256 reward, uint256 rest
    );
    event Collected(address indexed account, uint256 amount);

    error NotOperator(address caller);
    error OperatorUnknown(uint32 number);
    error OperatorInOffice(uint32 number);
    error BondTooSmall(uint256 bond, uint256 needed);
    error ChallengesOpen(uint32 openChallenges);
    error PermitNotOfEpoch(uint64 issuedAt, uint64 from, uint64 until);
    error PermitSignerInvalid(address recovered, uint64 issuedAt);
    error OmissionNotIn(bytes32 permitHash, OmissionState expected, OmissionState actual);
    error TooLate(uint64 latest);
    error PathInvalid();
    error NothingOwed(address account);

    function setOperator(address operator) external;

    function depositBond(uint32 number, uint128 amount) external;

    function withdrawBond(uint32 number) external;

    function challengeOmission(uint64 epoch, OmlProtocol.Permit calldata permit, bytes calldata authority)
        external
        returns (bytes32 permitHash);

    function answerOmission(bytes32 permitHash, uint32 index, bytes32[] calldata path) external;

    function concludeOmission(bytes32 permitHash) external;

    function collect(address account) external returns (uint256 amount);

    function currentOperator() external view returns (uint32 number, address account);

    function operatorOf(uint32 number) external view returns (Operator memory);

    function omissionOf(bytes32 permitHash) external view returns (Omission memory);

    function owed(address account) external view returns (uint256);
}
