// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../OmlProtocol.sol";

/// @title Cases on signed receipts
/// @notice Case R: a host answered without a permit. Evidence is committed to before anybody is asked about the permit,
/// then revealed; anybody may rebut it with the permit that the receipt names; unrebutted, the stake is slashed. There is
/// no pause and no veto.
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
        PAID
    }

    struct Case {
        bytes32 instanceId;
        bytes32 permitHash;
        bytes32 queryHash;
        /// The fingerprint's leaf, or zero without an opening.
        bytes32 leaf;
        address prover;
        uint48 servedAt;
        uint48 revealedAt;
        State state;
        uint48 finalisedAt;
        uint128 penalty;
        /// Whether this conviction spent the leaf, so that the prover is rewarded.
        bool rewarded;
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
    error CaseExists(bytes32 caseId);
    error CaseNotIn(bytes32 caseId, State expected, State actual);
    error ReceiptNamesNoPermit(bytes32 caseId);
    error PermitMismatch(string field);
    error PermitNotCovering(uint64 issuedAt, uint64 servedAt, uint64 expiresAt);
    error PermitSignerInvalid(address recovered, uint64 issuedAt);
    error NothingOwed(address account);

    function commit(bytes32 commitment) external;

    function reveal(Evidence calldata evidence, bytes32 nonce) external returns (bytes32 caseId);

    function rebut(bytes32 caseId, OmlProtocol.Permit calldata permit, bytes calldata signature) external;

    function finalise(bytes32 caseId) external;

    function payout(bytes32 caseId) external;

    function forfeit(bytes32 commitment) external;

    function collect(address account) external;

    function commitmentOf(bytes32 commitment) external view returns (Commitment memory);

    function caseOf(bytes32 caseId) external view returns (Case memory);

    function owed(address account) external view returns (uint256);

    function isLeafSpent(bytes32 leaf) external view returns (bool);

    function parameters() external view returns (Parameters memory);
}

/// @title The cases that do not rest on one receipt
/// @notice Laid down here; a court that hears E, N and T implements it beside {IPenaltyCourt}.
interface IPenaltyCourtPlans {
    /// @notice N: a registered host serves without receipts. T: a copy serves elsewhere.
    enum Kind {
        N,
        T
    }

    struct Plan {
        Kind kind;
        bytes32 instanceId;
        bytes32 leavesRoot;
        /// Weights and threshold of the tracing code (T), or zero.
        bytes32 codeRoot;
        uint32 questions;
        uint32 threshold;
        uint64 from;
        uint64 until;
    }

    struct Ask {
        OmlProtocol.Attestation attestation;
        bytes signature;
        bytes key;
        bytes response;
        bytes answerPrefix;
        bytes32 leafSalt;
        bytes32[] leafProof;
    }

    event DoubleUseRevealed(bytes32 indexed caseId, bytes32 indexed instanceId, bytes32 permitHash, address prover);
    event PlanCommitted(bytes32 indexed planId, Kind kind, bytes32 indexed instanceId, address indexed prover);
    event PanelDrawn(bytes32 indexed planId, address[] members);
    event AnswersCommitted(bytes32 indexed planId, address indexed member, bytes32 root);
    event AskRevealed(bytes32 indexed planId, address indexed member, uint32 leafIndex, bool hit);
    event AskRebutted(bytes32 indexed planId, uint32 leafIndex, bytes32 permitHash);
    event PlanDecided(bytes32 indexed planId, uint32 hits, uint32 asked, bool convicted);

    function revealDoubleUse(
        OmlProtocol.Receipt calldata first,
        bytes calldata firstSignature,
        OmlProtocol.Receipt calldata second,
        bytes calldata secondSignature,
        bytes32 nonce
    ) external returns (bytes32 caseId);

    function commitPlan(Plan calldata plan) external returns (bytes32 planId);

    function drawPanel(bytes32 planId) external;

    function commitAnswers(bytes32 planId, bytes32 root) external;

    function revealAsk(bytes32 planId, Ask calldata ask) external;

    function rebutAsk(
        bytes32 planId,
        uint32 leafIndex,
        bytes32 querySalt,
        bytes32 ctxHash,
        OmlProtocol.Permit calldata permit,
        bytes calldata signature
    ) external;

    function decide(bytes32 planId) external;
}
