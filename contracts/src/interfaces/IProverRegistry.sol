// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../OmlProtocol.sol";

/// @title Who may sit on a panel
/// @notice Provers' bonds and how long they have lain; the panels that are drawn from them, and what their members say. A
/// panel is drawn from those who were seated a given time before the plan: who that was is history when the plan is
/// committed, so nobody who acts afterwards changes the draw.
interface IProverRegistry {
    struct Prover {
        /// What can be slashed; zero once it was.
        uint128 bond;
        /// When it took its seat.
        uint48 since;
        /// When it gave its seat up, or zero.
        uint48 exitRequestedAt;
        /// Its place among those seated, plus one; zero without a seat.
        uint32 place;
    }

    /// @notice Fixed at deployment; times in seconds.
    struct Parameters {
        /// What a seat costs, the same for everybody: chances are bought seat by seat.
        uint128 bond;
        /// For so long a seat must have been held when a plan is committed.
        uint64 minimumAge;
        /// From giving a seat up to the withdrawal of its bond, in which it can be slashed.
        uint64 exitDelay;
        /// Members of a panel: 9 to 16.
        uint8 panelSize;
        /// Blocks from the commit of a plan to the one whose hash is the seed.
        uint64 seedDelay;
        /// From the draw: the members ask and commit to what was answered.
        uint64 answerTime;
        /// Then they reveal.
        uint64 revealTime;
        /// Receives slashed bonds.
        address forfeitTo;
    }

    /// @notice A panel; all zero if there is none.
    struct Panel {
        /// Whose plan it is; not a member.
        address prover;
        uint48 committedAt;
        uint48 seedBlock;
        /// Zero before the draw.
        uint48 drawnAt;
    }

    struct Answers {
        bytes32 root;
        uint48 committedAt;
        uint16 count;
        uint16 revealed;
        bool punished;
    }

    event ProverBonded(address indexed prover, uint256 amount);
    event ProverExitRequested(address indexed prover, uint64 earliest);
    event ProverWithdrawn(address indexed prover, uint256 amount);
    event ProverSlashed(address indexed prover, bytes32 indexed planId, uint256 amount, bool equivocated);
    event PanelConvened(bytes32 indexed planId, address indexed court, address indexed prover, uint64 seedBlock);
    event PanelDrawn(bytes32 indexed planId, address[] members, uint64 answerUntil);
    event AnswersCommitted(bytes32 indexed planId, address indexed member, bytes32 root, uint16 count);
    event AnswerRevealed(bytes32 indexed planId, address indexed member, uint32 leafIndex, bytes32 attestationHash);
    event CourtAdmitted(address indexed court);
    event Collected(uint256 amount);

    error ParametersInvalid(string field);
    error BondedAlready(address prover);
    error NotSeated(address prover);
    error NotExiting(address prover);
    error TooEarly(uint64 earliest);
    error NotCourt(address caller);
    error CourtInvalid(address court);
    error ProversTooFew(uint256 seated, uint256 needed);
    error NothingToCollect();
    error PanelExists(bytes32 planId);
    error PanelUnknown(bytes32 planId);
    error PanelDrawnAlready(bytes32 planId);
    error SeedNotYet(uint64 seedBlock);
    error SeedGone(uint64 seedBlock);
    error TooLate(uint64 latest);
    error NotMember(bytes32 planId, address account);
    error NotBonded(address member);
    error AnswersExist(bytes32 planId, address member);
    error AnswersInvalid(string part);
    error AnswerExists(bytes32 planId, uint32 leafIndex);
    error NothingToPunish(bytes32 planId, address member);

    function bond() external;

    function requestExit() external;

    function withdraw() external;

    function collect() external;

    function admitCourt(address court) external;

    function proverOf(address prover) external view returns (Prover memory);

    function isCourt(address court) external view returns (bool);

    function seatedAt(uint64 time) external view returns (uint256);

    function seatAt(uint256 place, uint64 time) external view returns (address);

    function convene(bytes32 planId, address prover) external;

    function drawPanel(bytes32 planId) external;

    function commitAnswers(bytes32 planId, uint256 place, bytes32 root, uint16 count) external;

    function revealAnswer(
        OmlProtocol.Attestation calldata attestation,
        bytes calldata signature,
        bytes32 nonce,
        bytes32[] calldata proof
    ) external;

    function punishSilence(bytes32 planId, address member) external;

    function punishEquivocation(
        OmlProtocol.Attestation calldata one,
        bytes calldata oneSignature,
        OmlProtocol.Attestation calldata other,
        bytes calldata otherSignature
    ) external;

    function panelOf(bytes32 planId) external view returns (Panel memory);

    function membersOf(bytes32 planId) external view returns (address[] memory);

    function answersOf(bytes32 planId, address member) external view returns (Answers memory);

    function attestationOf(bytes32 planId, uint32 leafIndex) external view returns (bytes32 attestationHash);

    function earnersOf(bytes32 planId) external view returns (address[] memory);

    function answerUntil(bytes32 planId) external view returns (uint64);

    function revealUntil(bytes32 planId) external view returns (uint64);

    function isSeedGone(bytes32 planId) external view returns (bool);

    function answerLeaf(bytes32 attestationHash, bytes32 nonce) external pure returns (bytes32);

    function panelSize() external view returns (uint8);

    function parameters() external view returns (Parameters memory);
}
