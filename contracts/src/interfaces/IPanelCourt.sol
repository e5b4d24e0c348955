// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {OmlProtocol} from "../OmlProtocol.sol";
import {IHostStaking} from "./IHostStaking.sol";
import {IModelRegistry} from "./IModelRegistry.sol";
import {IPenaltyCourt} from "./IPenaltyCourt.sol";
import {IPermitLedger} from "./IPermitLedger.sol";
import {IProverRegistry} from "./IProverRegistry.sol";

/// @title The cases that do not rest on a receipt
/// @notice N: a registered host serves without receipts. T: a copy serves elsewhere and is traced to an instance. A plan is
/// committed first, hidden from whom it is about; the chain draws a panel; its members ask, commit to their answers,
/// then reveal them; only then the plan and the leaves are opened. Anybody may rebut a hit with a permit for its query.
interface IPanelCourt {
    enum Kind {
        /// The instance's host serves without receipts.
        N,
        /// A copy of the instance serves elsewhere.
        T
    }

    /// @notice What the committed hash hides until it is opened.
    struct Plan {
        Kind kind;
        bytes32 instanceId;
        /// Root over {planLeaf} of every question, with the ordered nodes of a permit batch: one question at a place.
        bytes32 leavesRoot;
        /// How many leaves are asked.
        uint32 questions;
        /// T: the weight that the hits must reach, besides their number. N: zero.
        uint32 threshold;
        /// Names where it is asked (a hash of the address); every attestation repeats it.
        bytes32 targetHash;
    }

    /// @notice What makes an attested answer a hit.
    struct Opening {
        /// The fingerprint's index in its instance.
        uint32 index;
        bytes key;
        bytes response;
        bytes32 leafSalt;
        /// From the leaf to the instance's fingerprint root.
        bytes32[] leafProof;
        /// The question's weight in the tracing code; 1 where there is none.
        uint16 weight;
        /// From the question to the plan's leavesRoot.
        bytes32[] planProof;
        /// Bytes of the whole answer.
        uint64 answerLength;
        /// Its first 64 bytes, or all.
        bytes answerPrefix;
    }

    /// @notice Fixed at deployment; times in seconds.
    struct Parameters {
        /// After the panel's time for revealing: the plan is opened, with the leaves that hit.
        uint64 openTime;
        /// From the verdict to the payout: governance may stop it.
        uint64 payoutDelay;
        /// Members that must have a hit: at least 7, and at least 7 of 9.
        uint8 quorum;
        /// Paid with a plan.
        uint128 bond;
        /// Upper bound of what a conviction pays to the plan's prover and the panel together.
        uint128 rewardCap;
        /// Receives forfeited bonds.
        address forfeitTo;
    }

    /// @notice What the court works with.
    struct Surroundings {
        IERC20 token;
        IModelRegistry registry;
        IHostStaking staking;
        IPermitLedger permitLedger;
        IProverRegistry provers;
        IPenaltyCourt penaltyCourt;
    }

    enum State {
        NONE,
        COMMITTED,
        OPENED,
        /// Its bond is lost: not drawn, or not opened, in time.
        EXPIRED,
        ACQUITTED,
        CONVICTED,
        /// Governance stopped the payout.
        STOPPED,
        PAID
    }

    struct Trial {
        address prover;
        uint48 committedAt;
        uint48 decidedAt;
        // A second word.
        State state;
        Kind kind;
        uint16 questions;
        /// Not rebutted.
        uint16 hits;
        /// Rebutted ones among them.
        uint16 shown;
        /// N: questions that do not count any more.
        uint16 dropped;
        /// One bit a member: whether it had a hit.
        uint16 shownBy;
        uint32 threshold;
        uint32 weight;
        uint48 openUntil;
        uint48 rebuttableUntil;
        // Others.
        bytes32 instanceId;
        bytes32 leavesRoot;
        bytes32 targetHash;
        /// Sixteen bits a member: its hits that stand.
        uint256 hitsByMember;
        /// Locked while it is open, then slashed.
        uint128 penalty;
    }

    enum AskState {
        NONE,
        HIT,
        REBUTTED
    }

    struct Ask {
        AskState state;
        uint16 weight;
    }

    event PlanCommitted(bytes32 indexed planId, address indexed prover, uint128 bond);
    event PlanOpened(
        bytes32 indexed planId,
        bytes32 indexed instanceId,
        Kind kind,
        bytes32 modelId,
        address host,
        uint32 questions,
        uint128 penalty,
        uint64 rebuttableUntil
    );
    event AskHit(bytes32 indexed planId, address indexed member, uint32 leafIndex, bytes32 leaf);
    event AskRebutted(bytes32 indexed planId, uint32 leafIndex, bytes32 permitHash, address indexed rebutter);
    event PlanExpired(bytes32 indexed planId, address indexed prover, uint128 bond);
    event PlanDecided(bytes32 indexed planId, bool convicted, uint16 hits, uint16 asked, uint128 slashed, bool bondLost);
    event PlanStopped(bytes32 indexed planId, bool restored, uint128 amount);
    event PlanPaid(bytes32 indexed planId, uint256 burned, uint256 reward, address treasury, uint256 remainder);
    event Collected(address indexed account, uint256 amount);

    error ParametersInvalid(string field);
    error PlanNotIn(bytes32 planId, State expected, State actual);
    error PlanUnknown(bytes32 planId);
    error PlanInvalid(string field);
    error SeedNotGone(bytes32 planId);
    error TooEarly(uint64 earliest);
    error TooLate(uint64 latest);
    error AskNotIn(bytes32 planId, uint32 leafIndex, AskState expected, AskState actual);
    error OpeningInvalid(string part);
    error LeafUsed(bytes32 leaf, bytes32 planId);
    error PermitMismatch(string field);
    error PermitNotCovering(uint64 issuedAt, uint64 expiresAt);
    error PermitSignerInvalid(address recovered, uint64 issuedAt);
    error PermitUsed(bytes32 permitHash);
    error NothingOwed(address account);

    function commitPlan(bytes32 planId) external;

    function openPlan(Plan calldata plan, bytes32 nonce) external;

    function openAsk(OmlProtocol.Attestation calldata attestation, Opening calldata opening) external;

    function rebutAsk(
        OmlProtocol.Attestation calldata attestation,
        bytes32 querySalt,
        bytes32 ctxHash,
        OmlProtocol.Permit calldata permit,
        bytes calldata authority
    ) external;

    function decide(bytes32 planId) external;

    function expire(bytes32 planId) external;

    function stop(bytes32 planId, bool restoreToHost) external;

    function payout(bytes32 planId) external;

    function collect(address account) external;

    function trialOf(bytes32 planId) external view returns (Trial memory);

    function askOf(bytes32 planId, uint32 leafIndex) external view returns (Ask memory);

    function isLeafSpent(bytes32 leaf) external view returns (bool);

    function owed(address account) external view returns (uint256);

    function parameters() external view returns (Parameters memory);
}
