// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../OmlProtocol.sol";

/// @title Cases on signed receipts
/// @notice Case R: a host answered without a permit. Case E: it used one permit twice. Evidence is committed to before
/// anybody is asked about the permit, then revealed; anybody may rebut a case R with the permit that the receipt names;
/// unrebutted, the stake is slashed. There is no pause and no veto.
interface IPenaltyCourt {
    /// @notice What makes a receipt a fingerprint's answer. An empty `key` is no opening: the host is convicted all the
    /// same, and nobody is rewarded.
    struct Opening {
        uint32 index;
        bytes key;
        bytes response;
        bytes32 leafSalt;
        bytes32[] leafProof;
        /// The gateway's salt of the query.
        bytes32 querySalt;
        bytes32 ctxHash;
        bytes32[] contextProof;
        /// Bytes of the whole answer.
        uint64 answerLength;
        /// Its first 64 bytes, or all.
        bytes answerPrefix;
        /// Hash of the others.
        bytes32 restHash;
    }

    struct Evidence {
        OmlProtocol.Receipt receipt;
        bytes signature;
        Opening opening;
    }

    /// @notice Two receipts of one gateway key that name one permit and contradict each other: they differ in any field but
    /// the response root, or in two response roots that are both final. `second` is the later one, or of two served in
    /// the same second the one whose answer's digest is greater, so that every use beyond the first is one case.
    struct DoubleUse {
        OmlProtocol.Receipt first;
        bytes firstSignature;
        OmlProtocol.Receipt second;
        bytes secondSignature;
    }

    /// @notice Fixed at deployment; all times in seconds.
    struct Parameters {
        /// Shortest time from commit to reveal, at least the chain's finality.
        uint64 revealMinimum;
        /// Longest time from commit to reveal; afterwards the bond is lost.
        uint64 revealMaximum;
        /// Shortest time from the verdict to the payout.
        uint64 payoutDelay;
        /// Paid at commit, given back at a valid reveal.
        uint128 bond;
        /// Upper bound of every reward, whatever the terms say.
        uint128 rewardCap;
        /// Receives forfeited bonds.
        address forfeitTo;
    }

    struct Commitment {
        address prover;
        uint64 committedAt;
    }

    enum State {
        NONE,
        REVEALED,
        REBUTTED,
        CONVICTED,
        PAID,
        /// Another conviction rests on the same answer; nothing was slashed.
        ABSORBED
    }

    /// @notice What a case says of a host.
    enum Kind {
        NO_PERMIT,
        DOUBLE_USE
    }

    struct Case {
        bytes32 instanceId;
        /// The fingerprint's leaf, or zero without an opening.
        bytes32 leaf;
        address prover;
        uint48 revealedAt;
        uint48 finalisedAt;
        State state;
        uint128 penalty;
        /// Whether this conviction spent the leaf, so that the prover is rewarded.
        bool rewarded;
        Kind kind;
    }

    event Committed(bytes32 indexed commitment, address indexed prover, uint128 bond);
    event Forfeited(bytes32 indexed commitment, address indexed prover, uint128 bond);
    event CaseRevealed(
        bytes32 indexed caseId,
        bytes32 indexed instanceId,
        address indexed prover,
        bytes32 modelId,
        address host,
        bytes32 commitment,
        bytes32 queryHash,
        bytes32 permitHash,
        bytes32 leaf,
        uint128 penalty,
        uint64 rebuttableUntil
    );
    event DoubleUseRevealed(bytes32 indexed caseId, bytes32 first, bytes32 second);
    event CaseAbsorbed(bytes32 indexed caseId, bytes32 answer);
    event CaseRebutted(bytes32 indexed caseId, address indexed rebutter, bytes32 permitHash);
    event CaseConvicted(bytes32 indexed caseId, bytes32 indexed instanceId, uint128 slashed, uint64 payableFrom);
    event CasePaid(bytes32 indexed caseId, address indexed prover, uint256 reward, address treasury, uint256 remainder);
    event Collected(address indexed account, uint256 amount);

    error ParametersInvalid(string field);
    error CommitmentExists(bytes32 commitment);
    error CommitmentUnknown(bytes32 commitment);
    error TooEarly(uint64 earliest);
    error TooLate(uint64 latest);
    error ReceiptUnknownInstance(bytes32 instanceId);
    error ReceiptMismatch(string field);
    error ReceiptIsOpening();
    error ReceiptNotFromGateway(address recovered, address gatewayKey);
    error ReceiptBeforeActivation(uint64 servedAt, uint64 activatedAt);
    error ReceiptAfterCommit(uint64 servedAt, uint64 committedAt);
    error ReceiptTooOld(uint64 servedAt, uint64 oldest);
    error OpeningInvalid(string part);
    error DoubleUseInvalid(string part);
    error CaseExists(bytes32 caseId);
    error CaseNotIn(bytes32 caseId, State expected, State actual);
    error ReceiptNamesNoPermit(bytes32 caseId);
    error PermitMismatch(string field);
    error PermitNotCovering(uint64 issuedAt, uint64 servedAt, uint64 expiresAt);
    error PermitSignerInvalid(address recovered, uint64 issuedAt);
    error NothingOwed(address account);

    function commit(bytes32 commitment) external;

    function reveal(Evidence calldata evidence, bytes32 nonce) external returns (bytes32 caseId);

    function revealDoubleUse(DoubleUse calldata evidence, bytes32 nonce) external returns (bytes32 caseId);

    function rebut(
        OmlProtocol.Receipt calldata receipt,
        OmlProtocol.Permit calldata permit,
        bytes calldata authority
    ) external;

    function finalise(bytes32 caseId) external;

    function payout(bytes32 caseId) external;

    function forfeit(bytes32 commitment) external;

    function collect(address account) external;

    function commitmentOf(bytes32 commitment) external view returns (Commitment memory);

    function caseOf(bytes32 caseId) external view returns (Case memory);

    function owed(address account) external view returns (uint256);

    function isAnswerSpent(bytes32 answer) external view returns (bool);

    function isLeafSpent(bytes32 leaf) external view returns (bool);

    function parameters() external view returns (Parameters memory);
}
