// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {OmlProtocol} from "./OmlProtocol.sol";
import {IPermitLedger} from "./interfaces/IPermitLedger.sol";
import {HitThresholds} from "./panel/HitThresholds.sol";
import {ProverSeats} from "./panel/ProverSeats.sol";

/// @title Who sits on a panel, and what its members say
/// @notice See {IProverRegistry} and `docs/contracts/prover-registry.md`.
/// @dev A court that the owner admits can convene panels; nobody can slash but by showing what a member did. Hazards: whoever
/// pays for many bonds, and waits, holds many seats; whoever proposes the block of the seed can try several of them.
contract ProverRegistry is ProverSeats {
    /// @notice Seconds from the plan's commit in which its panel must be drawn, besides the blocks for which the chain knows
    /// the seed.
    uint64 public constant DRAW_TIME = 1 days;

    /// @notice Seconds for which a member's bond waits, after it had to reveal, for somebody to show that it did not.
    uint64 public constant PUNISH_TIME = 1 days;

    uint256 private constant KNOWN_BLOCKS = 256;
    uint8 private constant SMALLEST_PANEL = 9;
    uint8 private constant LARGEST_PANEL = 16;

    IPermitLedger public immutable permitLedger;
    uint8 public immutable panelSize;

    uint64 private immutable _seedDelay;
    uint64 private immutable _answerTime;
    uint64 private immutable _revealTime;

    mapping(address court => bool) public isCourt;
    mapping(bytes32 planId => Panel) private _panels;
    mapping(bytes32 planId => address[]) private _members;
    mapping(bytes32 planId => mapping(address member => Answers)) private _answers;
    mapping(bytes32 planId => mapping(uint32 leafIndex => bytes32 hash)) private _attestations;

    constructor(
        IERC20 token_,
        IPermitLedger permitLedger_,
        address owner,
        address firstCourt,
        Parameters memory chosen
    ) Ownable(owner) ProverSeats(token_, chosen) {
        if (chosen.panelSize < SMALLEST_PANEL || chosen.panelSize > LARGEST_PANEL) {
            revert ParametersInvalid("panelSize");
        }
        if (chosen.seedDelay == 0) {
            revert ParametersInvalid("seedDelay");
        }
        if (chosen.answerTime == 0) {
            revert ParametersInvalid("answerTime");
        }
        if (chosen.revealTime == 0) {
            revert ParametersInvalid("revealTime");
        }
        uint64 longestPanel = DRAW_TIME + chosen.answerTime + chosen.revealTime + PUNISH_TIME;
        if (chosen.exitDelay < chosen.minimumAge + longestPanel) {
            revert ParametersInvalid("exitDelay");
        }
        permitLedger = permitLedger_;
        panelSize = chosen.panelSize;
        _seedDelay = chosen.seedDelay;
        _answerTime = chosen.answerTime;
        _revealTime = chosen.revealTime;
        _admit(firstCourt);
    }

    /// @notice Lets a court convene panels, for good.
    /// @dev Effects: the court. Requirements: the owner; not admitted before.
    function admitCourt(address court) external onlyOwner {
        _admit(court);
    }

    /// @notice Calls a panel together for a plan that was committed just now.
    /// @dev Effects: the panel, whose seed is the hash of a block to come. Requirements: an admitted court; a new plan; more
    /// than a panel were seated the minimum age ago.
    function convene(bytes32 planId, address prover) external {
        if (!isCourt[msg.sender]) {
            revert NotCourt(msg.sender);
        }
        Panel storage panel = _panels[planId];
        if (panel.committedAt != 0) {
            revert PanelExists(planId);
        }
        uint256 seated = seatedAt(uint64(block.timestamp) - _minimumAge);
        if (seated <= panelSize) {
            revert ProversTooFew(seated, uint256(panelSize) + 1);
        }
        uint64 seedBlock = uint64(block.number) + _seedDelay;
        panel.prover = prover;
        panel.committedAt = uint48(block.timestamp);
        panel.seedBlock = uint48(seedBlock);
        emit PanelConvened(planId, msg.sender, prover, seedBlock);
    }

    /// @notice Draws a panel. Anybody may, and whoever does it, whenever, draws the same.
    /// @dev Effects: the members, and the time in which they answer. Requirements: not drawn yet; the seed's block is over
    /// and the chain still knows its hash; within {DRAW_TIME}. A panel that was not drawn by then never is, and the plan's
    /// bond is lost, so that its prover does not gain by letting a panel pass.
    function drawPanel(bytes32 planId) external {
        Panel storage panel = _panelOf(planId);
        if (panel.drawnAt != 0) {
            revert PanelDrawnAlready(planId);
        }
        uint256 seedBlock = panel.seedBlock;
        if (block.number <= seedBlock) {
            revert SeedNotYet(uint64(seedBlock));
        }
        if (_isSeedGone(panel)) {
            revert SeedGone(uint64(seedBlock));
        }
        bytes32 seed = keccak256(abi.encode("oml.panel.v1", blockhash(seedBlock), address(this), planId));
        address[] memory members = _draw(seed, panelSize, panel.committedAt, panel.prover);
        panel.drawnAt = uint48(block.timestamp);
        _members[planId] = members;
        emit PanelDrawn(planId, members, answerUntil(planId));
    }

    /// @notice A member commits to everything that it was answered, before it learns which answers count.
    /// @dev Effects: the root over its {answerLeaf}s and their number; it must reveal all of them. Requirements: drawn, and
    /// within the time for answering; the member at `place`, with its bond; once.
    function commitAnswers(bytes32 planId, uint256 place, bytes32 root, uint16 count) external {
        uint64 latest = answerUntil(planId);
        if (block.timestamp > latest) {
            revert TooLate(latest);
        }
        if (place >= panelSize || _members[planId][place] != msg.sender) {
            revert NotMember(planId, msg.sender);
        }
        if (_provers[msg.sender].bond == 0) {
            revert NotBonded(msg.sender);
        }
        Answers storage answers = _answers[planId][msg.sender];
        if (answers.committedAt != 0) {
            revert AnswersExist(planId, msg.sender);
        }
        if (root == 0 || count == 0 || count > HitThresholds.MAXIMUM) {
            revert AnswersInvalid("count");
        }
        answers.root = root;
        answers.count = count;
        answers.committedAt = uint48(block.timestamp);
        emit AnswersCommitted(planId, msg.sender, root, count);
    }

    /// @notice Reveals one committed answer. Anybody who has it may.
    /// @dev Effects: the question is answered. Requirements: within the time for revealing; the attestation is signed by the
    /// member whose question it is (`leafIndex` modulo the panel's size) and lies under its root; asked after the draw,
    /// answered before the member's commitment; the question was not answered yet.
    function revealAnswer(
        OmlProtocol.Attestation calldata attestation,
        bytes calldata signature,
        bytes32 nonce,
        bytes32[] calldata proof
    ) external {
        bytes32 planId = attestation.planId;
        _requireRevealing(planId);
        if (_members[planId][attestation.leafIndex % panelSize] != attestation.prover) {
            revert NotMember(planId, attestation.prover);
        }
        Answers storage answers = _answers[planId][attestation.prover];
        bytes32 hash = OmlProtocol.structHash(attestation);
        if (!MerkleProof.verifyCalldata(proof, answers.root, answerLeaf(hash, nonce))) {
            revert AnswersInvalid("proof");
        }
        if (attestation.askedAt < _panels[planId].drawnAt || attestation.answeredAt < attestation.askedAt) {
            revert AnswersInvalid("askedAt");
        }
        if (attestation.answeredAt > answers.committedAt) {
            revert AnswersInvalid("answeredAt");
        }
        _requireSigned(attestation.prover, hash, signature);
        if (_attestations[planId][attestation.leafIndex] != 0) {
            revert AnswerExists(planId, attestation.leafIndex);
        }
        _attestations[planId][attestation.leafIndex] = hash;
        answers.revealed++;
        emit AnswerRevealed(planId, attestation.prover, attestation.leafIndex, hash);
    }

    /// @notice Slashes a member who committed to answers and did not reveal them all. Anybody may. An answer that cannot be
    /// revealed, for its times or its question, is one that was not.
    /// @dev Effects: its whole bond, and its part of the reward. Requirements: the time for revealing is over; not punished
    /// in this plan.
    function punishSilence(bytes32 planId, address member) external {
        Answers storage answers = _answers[planId][member];
        if (answers.revealed >= answers.count || answers.punished) {
            revert NothingToPunish(planId, member);
        }
        uint64 latest = revealUntil(planId);
        if (block.timestamp <= latest) {
            revert TooEarly(latest + 1);
        }
        _punish(planId, member, false);
    }

    /// @notice Slashes a member who signed two different attestations for one question. Anybody may, at any time.
    /// @dev Effects: its whole bond, and its part of the reward. Requirements: both signed by the member, for one question
    /// of one plan whose panel it sits on; not punished in this plan.
    function punishEquivocation(
        OmlProtocol.Attestation calldata one,
        bytes calldata oneSignature,
        OmlProtocol.Attestation calldata other,
        bytes calldata otherSignature
    ) external {
        bytes32 planId = one.planId;
        address member = one.prover;
        bool sameAsk = other.planId == planId && other.prover == member && other.leafIndex == one.leafIndex;
        bytes32 hash = OmlProtocol.structHash(one);
        bytes32 otherHash = OmlProtocol.structHash(other);
        if (!sameAsk || hash == otherHash) {
            revert AnswersInvalid("equivocation");
        }
        if (!_isMember(planId, member)) {
            revert NotMember(planId, member);
        }
        _requireSigned(member, hash, oneSignature);
        _requireSigned(member, otherHash, otherSignature);
        if (_answers[planId][member].punished) {
            revert NothingToPunish(planId, member);
        }
        _punish(planId, member, true);
    }

    /// @notice A plan's panel; all zero if there is none.
    function panelOf(bytes32 planId) external view returns (Panel memory) {
        return _panels[planId];
    }

    /// @notice A panel's members, in the order of their places; empty before the draw.
    function membersOf(bytes32 planId) external view returns (address[] memory) {
        return _members[planId];
    }

    /// @notice What a member committed to.
    function answersOf(bytes32 planId, address member) external view returns (Answers memory) {
        return _answers[planId][member];
    }

    /// @notice The hash of what was attested of a question; zero before it is revealed.
    function attestationOf(bytes32 planId, uint32 leafIndex) external view returns (bytes32) {
        return _attestations[planId][leafIndex];
    }

    /// @notice The members who revealed all that they committed to, and were not punished.
    function earnersOf(bytes32 planId) external view returns (address[] memory earners) {
        address[] memory members = _members[planId];
        uint256 count = 0;
        for (uint256 i = 0; i < members.length; i++) {
            Answers storage answers = _answers[planId][members[i]];
            if (answers.count != 0 && answers.revealed == answers.count && !answers.punished) {
                members[count++] = members[i];
            }
        }
        earners = new address[](count);
        for (uint256 i = 0; i < count; i++) {
            earners[i] = members[i];
        }
    }

    /// @notice Until when the members of a drawn panel may commit to their answers.
    function answerUntil(bytes32 planId) public view returns (uint64) {
        uint64 drawnAt = _panelOf(planId).drawnAt;
        return drawnAt == 0 ? 0 : drawnAt + _answerTime;
    }

    /// @notice Until when the members of a drawn panel may reveal them.
    function revealUntil(bytes32 planId) public view returns (uint64) {
        uint64 latest = answerUntil(planId);
        return latest == 0 ? 0 : latest + _revealTime;
    }

    /// @notice Whether a panel that was not drawn can not be drawn any more.
    function isSeedGone(bytes32 planId) external view returns (bool) {
        return _isSeedGone(_panelOf(planId));
    }

    /// @notice What a member's root holds: an attestation's hash, hidden by a nonce until it is revealed.
    function answerLeaf(bytes32 attestationHash, bytes32 nonce) public pure returns (bytes32) {
        return OmlProtocol.answerLeaf(attestationHash, nonce);
    }

    /// @notice The parameters that this registry was deployed with.
    function parameters() external view returns (Parameters memory) {
        return Parameters({
            bond: _bondAmount,
            minimumAge: _minimumAge,
            exitDelay: _exitDelay,
            panelSize: panelSize,
            seedDelay: _seedDelay,
            answerTime: _answerTime,
            revealTime: _revealTime,
            forfeitTo: _forfeitTo
        });
    }

    function _punish(bytes32 planId, address member, bool equivocated) private {
        _answers[planId][member].punished = true;
        emit ProverSlashed(member, planId, _slash(member), equivocated);
    }

    function _isSeedGone(Panel storage panel) private view returns (bool) {
        return block.number > panel.seedBlock + KNOWN_BLOCKS || block.timestamp > panel.committedAt + DRAW_TIME;
    }

    function _requireRevealing(bytes32 planId) private view {
        uint64 after_ = answerUntil(planId);
        if (block.timestamp <= after_) {
            revert TooEarly(after_ + 1);
        }
        uint64 latest = revealUntil(planId);
        if (block.timestamp > latest) {
            revert TooLate(latest);
        }
    }

    function _requireSigned(address member, bytes32 hash, bytes calldata signature) private view {
        address recovered =
            ECDSA.recoverCalldata(OmlProtocol.digest(permitLedger.domainSeparator(), hash), signature);
        if (recovered != member) {
            revert AnswersInvalid("signature");
        }
    }

    function _isMember(bytes32 planId, address account) private view returns (bool) {
        address[] memory members = _members[planId];
        for (uint256 i = 0; i < members.length; i++) {
            if (members[i] == account) {
                return true;
            }
        }
        return false;
    }

    function _panelOf(bytes32 planId) private view returns (Panel storage panel) {
        panel = _panels[planId];
        if (panel.committedAt == 0) {
            revert PanelUnknown(planId);
        }
    }

    function _admit(address court) private {
        if (court == address(0) || isCourt[court]) {
            revert CourtInvalid(court);
        }
        isCourt[court] = true;
        emit CourtAdmitted(court);
    }
}
