// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {OmlProtocol} from "./OmlProtocol.sol";
import {IHostStaking} from "./interfaces/IHostStaking.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IPanelCourt} from "./interfaces/IPanelCourt.sol";
import {IPenaltyCourt} from "./interfaces/IPenaltyCourt.sol";
import {IPermitLedger} from "./interfaces/IPermitLedger.sol";
import {IProverRegistry} from "./interfaces/IProverRegistry.sol";
import {HitThresholds} from "./panel/HitThresholds.sol";
import {OrderedMerkle} from "./panel/OrderedMerkle.sol";

/// @title The court for cases N and T: a panel asked, and the answers were an instance's
/// @notice See {IPanelCourt} and `docs/contracts/panel-court.md`.
/// @dev Its owner, the community's timelock, can stop a payout, and nothing else: it is never paused and no parameter
/// changes. Hazards: what convicts is the word of a quorum of a panel; whoever made the fingerprints and holds a quorum can
/// frame a host. Opening publishes keys. A plan that comes late after its commit is lost, since its host could be gone.
contract PanelCourt is IPanelCourt, Ownable2Step {
    using SafeERC20 for IERC20;

    /// @notice Where burned money goes: nobody holds this address's key. OpenZeppelin's tokens refuse the zero address.
    address public constant BURNED = 0x000000000000000000000000000000000000dEaD;

    /// @notice Seconds in which {IProverRegistry} draws a panel or never does.
    uint64 private constant DRAW_TIME = 1 days;

    /// @notice How far apart a member's clock and the permission service's may be, in the host's favour.
    uint64 public constant CLOCK_TOLERANCE = 60;

    uint256 private constant ALL_BPS = 10_000;
    uint8 private constant SMALLEST_QUORUM = 7;
    uint64 private constant SHORTEST_PRODUCTION_DELAY = 30 days;

    IERC20 public immutable token;
    IModelRegistry public immutable registry;
    IHostStaking public immutable staking;
    IPermitLedger public immutable permitLedger;
    IProverRegistry public immutable provers;
    IPenaltyCourt public immutable penaltyCourt;

    uint64 private immutable _openTime;
    uint64 private immutable _payoutDelay;
    uint256 private immutable _panelSize;
    uint8 private immutable _quorum;
    uint128 private immutable _bond;
    uint128 private immutable _rewardCap;
    address private immutable _forfeitTo;

    mapping(bytes32 planId => Trial) private _trials;
    mapping(bytes32 planId => mapping(uint32 leafIndex => Ask)) private _asks;
    mapping(bytes32 leaf => bytes32 planId) private _leafPlans;
    mapping(bytes32 permitHash => bool) private _usedPermits;
    mapping(address account => uint256) public owed;

    constructor(address owner, Surroundings memory around, Parameters memory chosen) Ownable(owner) {
        _check(chosen, around.registry.limits(), around.provers);
        token = around.token;
        registry = around.registry;
        staking = around.staking;
        permitLedger = around.permitLedger;
        provers = around.provers;
        penaltyCourt = around.penaltyCourt;
        _openTime = chosen.openTime;
        _payoutDelay = chosen.payoutDelay;
        _panelSize = around.provers.panelSize();
        _quorum = chosen.quorum;
        _bond = chosen.bond;
        _rewardCap = chosen.rewardCap;
        _forfeitTo = chosen.forfeitTo;
    }

    /// @notice Commits to a plan that nobody else knows: `OmlProtocol.commitment` of the caller, the plan and a nonce.
    /// @dev Effects: the trial; its panel is convened; takes the bond. Requirements: a new plan; enough provers were seated
    /// long enough ago.
    function commitPlan(bytes32 planId) external {
        Trial storage trial = _trialIn(planId, State.NONE);
        trial.prover = msg.sender;
        trial.committedAt = uint48(block.timestamp);
        trial.state = State.COMMITTED;
        emit PlanCommitted(planId, msg.sender, _bond);
        provers.convene(planId, msg.sender);
        token.safeTransferFrom(msg.sender, address(this), _bond);
    }

    /// @notice Opens the caller's plan: from now on everybody knows whom it is about, and the penalty is locked.
    /// @dev Effects: the plan; the lock. Requirements: the answers are committed; in time, also before a host that asked for
    /// its exit on the day of the commit could be gone; an instance activated before the commit; a number of questions for
    /// which there is a threshold.
    function openPlan(Plan calldata plan, bytes32 nonce) external {
        bytes32 planId =
            OmlProtocol.commitment(address(this), msg.sender, keccak256(abi.encode(plan)), nonce);
        Trial storage trial = _trialIn(planId, State.COMMITTED);
        if (trial.prover != msg.sender) {
            revert PlanUnknown(planId);
        }
        uint64 openUntil = _openUntil(planId);
        _requireWithin(provers.answerUntil(planId), openUntil);
        IModelRegistry.Instance memory instance = registry.instance(plan.instanceId);
        if (instance.activatedAt == 0 || instance.activatedAt > trial.committedAt) {
            revert PlanInvalid("instanceId");
        }
        if (plan.questions < _panelSize || !HitThresholds.exists(plan.questions)) {
            revert PlanInvalid("questions");
        }
        IModelRegistry.Terms memory terms = registry.termsOf(instance.modelId, instance.termsVersion);
        uint64 latest = trial.committedAt + terms.maximumEvidenceAge + registry.limits().longestReveal;
        if (block.timestamp > latest) {
            revert TooLate(latest);
        }
        uint64 rebuttableUntil = openUntil + terms.disputeWindow;
        trial.state = State.OPENED;
        trial.kind = plan.kind;
        trial.questions = uint16(plan.questions);
        trial.threshold = plan.threshold;
        trial.instanceId = plan.instanceId;
        trial.leavesRoot = plan.leavesRoot;
        trial.targetHash = plan.targetHash;
        trial.openUntil = uint48(openUntil);
        trial.rebuttableUntil = uint48(rebuttableUntil);
        uint128 penalty = staking.lock(instance.modelId, instance.host, terms.penalty);
        trial.penalty = penalty;
        emit PlanOpened(
            planId,
            plan.instanceId,
            plan.kind,
            instance.modelId,
            instance.host,
            plan.questions,
            penalty,
            rebuttableUntil
        );
    }

    /// @notice Opens the leaf behind a revealed answer that is a hit. Anybody who knows the leaf may.
    /// @dev Effects: a hit more. Requirements: in time; the answer was revealed; key, leaf and question are the plan's and
    /// the instance's, asked where the plan says; N: there was no receipt; the answer matches the response; no conviction
    /// rests on the leaf, and no other undecided plan.
    function openAsk(OmlProtocol.Attestation calldata attestation, Opening calldata opening) external {
        bytes32 planId = attestation.planId;
        Trial storage trial = _trialIn(planId, State.OPENED);
        _requireWithin(0, trial.openUntil);
        Ask storage ask = _askIn(attestation, AskState.NONE);
        bytes32 leaf = _checkLeaf(trial, attestation, opening);
        _checkAnswer(attestation, opening);
        _useLeaf(planId, leaf);
        ask.state = AskState.HIT;
        ask.weight = opening.weight;
        uint256 place = attestation.leafIndex % _panelSize;
        trial.hits++;
        trial.shown++;
        trial.weight += opening.weight;
        trial.hitsByMember += 1 << (16 * place);
        trial.shownBy |= uint16(1 << place);
        emit AskHit(planId, attestation.prover, attestation.leafIndex, leaf);
    }

    /// @notice Takes a hit away with a permit for its query. Anybody may.
    /// @dev Effects: N: the question does not count; T: it is a miss. The permit is used up for this court. Requirements:
    /// within the window; a hit; a permit of the instance's host for the query (or a blank one), living when it was asked,
    /// by a signer valid when it was issued, which rebutted nothing yet.
    /// @param authority of the permit, signed alone or in a batch: see {OmlProtocol-recoverPermit}
    function rebutAsk(
        OmlProtocol.Attestation calldata attestation,
        bytes32 querySalt,
        bytes32 ctxHash,
        OmlProtocol.Permit calldata permit,
        bytes calldata authority
    ) external {
        bytes32 planId = attestation.planId;
        Trial storage trial = _trialIn(planId, State.OPENED);
        _requireWithin(0, trial.rebuttableUntil);
        Ask storage ask = _askIn(attestation, AskState.HIT);
        _requirePermitFor(
            trial.instanceId, OmlProtocol.queryHash(querySalt, ctxHash, attestation.keyHash), permit
        );
        bytes32 permitHash = _requireValid(attestation, permit, authority);
        if (_usedPermits[permitHash]) {
            revert PermitUsed(permitHash);
        }
        _usedPermits[permitHash] = true;
        ask.state = AskState.REBUTTED;
        trial.hits--;
        trial.weight -= ask.weight;
        trial.hitsByMember -= 1 << (16 * (attestation.leafIndex % _panelSize));
        if (trial.kind == Kind.N) {
            trial.dropped++;
        }
        emit AskRebutted(planId, attestation.leafIndex, permitHash, msg.sender);
    }

    /// @notice Decides an opened plan after its window. Anybody may.
    /// @dev Effects: convicts or acquits; convicted, the penalty is slashed and waits here. The prover gets its bond back if
    /// what it showed would have convicted without rebuttals; otherwise the bond is lost. Questions nobody answered are
    /// misses. Requirements: an opened plan whose window is over.
    function decide(bytes32 planId) external {
        Trial storage trial = _trialIn(planId, State.OPENED);
        uint64 latest = trial.rebuttableUntil;
        if (block.timestamp <= latest) {
            revert TooEarly(latest + 1);
        }
        uint16 asked = trial.questions - trial.dropped;
        bool convicted = isEnough(trial.hits, asked) && _membersWith(trial.hitsByMember) >= _quorum
            && (trial.kind == Kind.N || trial.weight >= trial.threshold);
        bool shown = isEnough(trial.shown, trial.questions) && _bits(trial.shownBy) >= _quorum;
        uint128 penalty = trial.penalty;
        trial.state = convicted ? State.CONVICTED : State.ACQUITTED;
        trial.decidedAt = uint48(block.timestamp);
        owed[shown ? trial.prover : _forfeitTo] += _bond;
        emit PlanDecided(planId, convicted, trial.hits, asked, convicted ? penalty : 0, !shown);
        IModelRegistry.Instance memory instance = registry.instance(trial.instanceId);
        if (convicted) {
            staking.slash(instance.modelId, instance.host, penalty);
        } else {
            staking.release(instance.modelId, instance.host, penalty);
        }
    }

    /// @notice Ends a plan that was not drawn or not opened in time. Anybody may.
    /// @dev Effects: the bond is lost. Requirements: the chain has forgotten the seed, or the time for opening is over.
    function expire(bytes32 planId) external {
        Trial storage trial = _trialIn(planId, State.COMMITTED);
        if (provers.answerUntil(planId) != 0) {
            uint64 latest = _openUntil(planId);
            if (block.timestamp <= latest) {
                revert TooEarly(latest + 1);
            }
        } else if (!provers.isSeedGone(planId)) {
            revert SeedNotGone(planId);
        }
        trial.state = State.EXPIRED;
        owed[_forfeitTo] += _bond;
        emit PlanExpired(planId, trial.prover, _bond);
    }

    /// @notice Stops a payout: the one veto there is, over the word of a panel.
    /// @dev Effects: the conviction is void, its leaves are unspent; the slash goes back to the host's stake, or to the
    /// community. Requirements: the owner; convicted and not paid out.
    function stop(bytes32 planId, bool restoreToHost) external onlyOwner {
        Trial storage trial = _trialIn(planId, State.CONVICTED);
        IModelRegistry.Instance memory instance = registry.instance(trial.instanceId);
        uint128 amount = trial.penalty;
        trial.state = State.STOPPED;
        emit PlanStopped(planId, restoreToHost, amount);
        if (restoreToHost) {
            token.forceApprove(address(staking), amount);
            staking.restore(instance.modelId, instance.host, amount);
        } else {
            owed[registry.model(instance.modelId).treasury] += amount;
        }
    }

    /// @notice Divides a slash after its delay. Anybody may.
    /// @dev Effects: half of it, rounded up, is burned; the reward, rounded down, is split between the plan's prover (half of
    /// it) and the members who revealed all that they committed to; the model's treasury gets the rest. Requirements: a
    /// conviction whose delay is over.
    function payout(bytes32 planId) external {
        Trial storage trial = _trialIn(planId, State.CONVICTED);
        uint64 earliest = uint64(trial.decidedAt) + _payoutDelay;
        if (block.timestamp < earliest) {
            revert TooEarly(earliest);
        }
        trial.state = State.PAID;
        IModelRegistry.Instance memory instance = registry.instance(trial.instanceId);
        uint256 amount = trial.penalty;
        uint256 burned = amount - amount / 2;
        uint256 reward = _reward(planId, trial.prover, _rewardFor(instance, amount));
        address treasury = registry.model(instance.modelId).treasury;
        owed[treasury] += amount - burned - reward;
        emit PlanPaid(planId, burned, reward, treasury, amount - burned - reward);
        token.safeTransfer(BURNED, burned);
    }

    /// @notice Pays out what is owed to an account. Anybody may call it.
    /// @dev Effects: pays the account. Requirements: something is owed.
    function collect(address account) external {
        uint256 amount = owed[account];
        if (amount == 0) {
            revert NothingOwed(account);
        }
        owed[account] = 0;
        emit Collected(account, amount);
        token.safeTransfer(account, amount);
    }

    /// @notice A trial; its state is NONE if there is none.
    function trialOf(bytes32 planId) external view returns (Trial memory) {
        return _trials[planId];
    }

    /// @notice A question of a plan.
    function askOf(bytes32 planId, uint32 leafIndex) external view returns (Ask memory) {
        return _asks[planId][leafIndex];
    }

    /// @notice Whether a conviction of this court rests on a leaf.
    function isLeafSpent(bytes32 leaf) external view returns (bool) {
        return _isConviction(_trials[_leafPlans[leaf]].state);
    }

    /// @notice Whether so many hits of so many asked are too many for chance.
    function isEnough(uint256 hits, uint256 asked) public pure returns (bool) {
        return HitThresholds.exists(asked) && hits >= HitThresholds.leastHits(asked);
    }

    /// @notice What a plan's root holds at a question's place.
    function planLeaf(bytes32 leaf, uint16 weight) public pure returns (bytes32) {
        return OmlProtocol.planLeaf(leaf, weight);
    }

    /// @notice The parameters that this court was deployed with.
    function parameters() external view returns (Parameters memory) {
        return Parameters({
            openTime: _openTime,
            payoutDelay: _payoutDelay,
            quorum: _quorum,
            bond: _bond,
            rewardCap: _rewardCap,
            forfeitTo: _forfeitTo
        });
    }

    function _checkLeaf(Trial storage trial, OmlProtocol.Attestation calldata attestation, Opening calldata opening)
        private
        view
        returns (bytes32 leaf)
    {
        bytes32 keyHash = keccak256(opening.key);
        if (keyHash != attestation.keyHash) {
            revert OpeningInvalid("key");
        }
        if (attestation.targetHash != trial.targetHash) {
            revert OpeningInvalid("target");
        }
        if (trial.kind == Kind.N && !attestation.missingReceipt) {
            revert OpeningInvalid("receipt");
        }
        IModelRegistry.Instance memory instance = registry.instance(trial.instanceId);
        leaf = OmlProtocol.leaf(
            instance.modelId,
            trial.instanceId,
            opening.index,
            keyHash,
            keccak256(opening.response),
            opening.leafSalt
        );
        if (!MerkleProof.verifyCalldata(opening.leafProof, instance.fingerprintRoot, leaf)) {
            revert OpeningInvalid("leaf");
        }
        bytes32 question = planLeaf(leaf, opening.weight);
        if (!OrderedMerkle.verify(
                trial.leavesRoot, question, attestation.leafIndex, trial.questions, opening.planProof
            )) {
            revert OpeningInvalid("question");
        }
    }

    function _checkAnswer(OmlProtocol.Attestation calldata attestation, Opening calldata opening) private pure {
        bool prefixFits = opening.answerPrefix.length == Math.min(opening.answerLength, OmlProtocol.PREFIX_LENGTH);
        bytes32 hash = OmlProtocol.answerPrefixHash(opening.answerLength, opening.answerPrefix);
        if (!prefixFits || hash != attestation.answerPrefixHash) {
            revert OpeningInvalid("answer");
        }
        if (!OmlProtocol.matches(opening.answerPrefix, opening.answerLength, opening.response)) {
            revert OpeningInvalid("response");
        }
    }

    /// A leaf belongs to one undecided plan at a time, and to none after a conviction with it. A plan that convicted nobody
    /// leaves its leaves to others.
    function _useLeaf(bytes32 planId, bytes32 leaf) private {
        bytes32 other = _leafPlans[leaf];
        if (other != 0) {
            State state = _trials[other].state;
            if (state == State.OPENED || _isConviction(state)) {
                revert LeafUsed(leaf, other);
            }
        }
        if (penaltyCourt.isLeafSpent(leaf)) {
            revert LeafUsed(leaf, 0);
        }
        _leafPlans[leaf] = planId;
    }

    function _requirePermitFor(bytes32 instanceId, bytes32 queryHash, OmlProtocol.Permit calldata permit)
        private
        view
    {
        IModelRegistry.Instance memory instance = registry.instance(instanceId);
        if (permit.modelId != instance.modelId) {
            revert PermitMismatch("modelId");
        }
        if (permit.instanceId != instanceId) {
            revert PermitMismatch("instanceId");
        }
        if (permit.host != instance.host) {
            revert PermitMismatch("host");
        }
        if (permit.queryHash != queryHash && permit.queryHash != 0) {
            revert PermitMismatch("queryHash");
        }
    }

    function _requireValid(
        OmlProtocol.Attestation calldata attestation,
        OmlProtocol.Permit calldata permit,
        bytes calldata authority
    ) private view returns (bytes32 permitHash) {
        bool covers = permit.issuedAt <= attestation.answeredAt + CLOCK_TOLERANCE
            && attestation.askedAt <= permit.expiresAt + CLOCK_TOLERANCE && permit.issuedAt <= permit.expiresAt;
        if (!covers || permit.expiresAt - permit.issuedAt > OmlProtocol.MAXIMUM_PERMIT_LIFE) {
            revert PermitNotCovering(permit.issuedAt, permit.expiresAt);
        }
        permitHash = OmlProtocol.structHash(permit);
        address recovered = OmlProtocol.recoverPermit(permitLedger.domainSeparator(), permit, authority);
        if (!permitLedger.isSignerAt(recovered, permit.issuedAt)) {
            revert PermitSignerInvalid(recovered, permit.issuedAt);
        }
    }

    function _rewardFor(IModelRegistry.Instance memory instance, uint256 amount) private view returns (uint256) {
        IModelRegistry.Terms memory terms = registry.termsOf(instance.modelId, instance.termsVersion);
        return Math.min(amount * terms.rewardBps / ALL_BPS, Math.min(terms.maximumReward, _rewardCap));
    }

    /// What was handed out: less than the reward where it does not divide, or where nobody of the panel has earned a part.
    function _reward(bytes32 planId, address prover, uint256 reward) private returns (uint256 given) {
        given = reward / 2;
        owed[prover] += given;
        address[] memory earners = provers.earnersOf(planId);
        uint256 each = earners.length == 0 ? 0 : (reward - given) / earners.length;
        for (uint256 i = 0; i < earners.length; i++) {
            owed[earners[i]] += each;
            given += each;
        }
    }

    function _membersWith(uint256 hitsByMember) private pure returns (uint256 count) {
        for (; hitsByMember != 0; hitsByMember >>= 16) {
            count += hitsByMember & 0xffff == 0 ? 0 : 1;
        }
    }

    function _bits(uint256 set) private pure returns (uint256 count) {
        for (; set != 0; set >>= 1) {
            count += set & 1;
        }
    }

    function _isConviction(State state) private pure returns (bool) {
        return state == State.CONVICTED || state == State.PAID;
    }

    /// Zero before the panel is drawn.
    function _openUntil(bytes32 planId) private view returns (uint64) {
        uint64 latest = provers.revealUntil(planId);
        return latest == 0 ? 0 : latest + _openTime;
    }

    /// Later than `after_`, and not later than `latest`.
    function _requireWithin(uint64 after_, uint64 latest) private view {
        if (block.timestamp <= after_) {
            revert TooEarly(after_ + 1);
        }
        if (block.timestamp > latest) {
            revert TooLate(latest);
        }
    }

    function _trialIn(bytes32 planId, State expected) private view returns (Trial storage trial) {
        trial = _trials[planId];
        if (trial.state != expected) {
            revert PlanNotIn(planId, expected, trial.state);
        }
    }

    function _askIn(OmlProtocol.Attestation calldata attestation, AskState expected)
        private
        view
        returns (Ask storage ask)
    {
        bytes32 hash = provers.attestationOf(attestation.planId, attestation.leafIndex);
        if (hash == 0 || hash != OmlProtocol.structHash(attestation)) {
            revert OpeningInvalid("attestation");
        }
        ask = _asks[attestation.planId][attestation.leafIndex];
        if (ask.state != expected) {
            revert AskNotIn(attestation.planId, attestation.leafIndex, expected, ask.state);
        }
    }

    function _check(Parameters memory chosen, IModelRegistry.Limits memory limits, IProverRegistry provers_)
        private
        view
    {
        uint256 size = provers_.panelSize();
        if (chosen.quorum < SMALLEST_QUORUM || uint256(chosen.quorum) * 9 < size * 7 || chosen.quorum > size) {
            revert ParametersInvalid("quorum");
        }
        IProverRegistry.Parameters memory panel = provers_.parameters();
        uint64 untilOpened = DRAW_TIME + panel.answerTime + panel.revealTime + chosen.openTime;
        bool fits = limits.development || untilOpened <= limits.maximumEvidenceAge + limits.longestReveal;
        if (chosen.openTime == 0 || !fits) {
            revert ParametersInvalid("openTime");
        }
        if (!limits.development && chosen.payoutDelay < SHORTEST_PRODUCTION_DELAY) {
            revert ParametersInvalid("payoutDelay");
        }
        if (chosen.bond == 0) {
            revert ParametersInvalid("bond");
        }
        if (chosen.forfeitTo == address(0)) {
            revert ParametersInvalid("forfeitTo");
        }
    }
}
