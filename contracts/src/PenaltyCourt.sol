// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {OmlProtocol} from "./OmlProtocol.sol";
import {IHostStaking} from "./interfaces/IHostStaking.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IPenaltyCourt} from "./interfaces/IPenaltyCourt.sol";
import {IPermitLedger} from "./interfaces/IPermitLedger.sol";

/// @title The court for cases R and E: a host answered without a permit, or used one permit twice
/// @notice See {IPenaltyCourt} and `docs/contracts/penalty-court.md`.
/// @dev It has no owner, no pause and no way to change a parameter. Hazards: a receipt is judged by the block's time, so a
/// commit belongs into a block that is not older than the receipt; a revealed opening publishes its fingerprint.
contract PenaltyCourt is IPenaltyCourt {
    using SafeERC20 for IERC20;

    uint256 private constant ALL_BPS = 10_000;

    IERC20 public immutable token;
    IModelRegistry public immutable registry;
    IHostStaking public immutable staking;
    IPermitLedger public immutable permitLedger;

    uint64 private immutable _revealMinimum;
    uint64 private immutable _revealMaximum;
    uint64 private immutable _payoutDelay;
    uint128 private immutable _bond;
    uint128 private immutable _rewardCap;
    address private immutable _forfeitTo;

    mapping(bytes32 commitment => Commitment) private _commitments;
    mapping(bytes32 caseId => Case) private _cases;
    mapping(bytes32 leaf => bool) private _spentLeaves;
    mapping(bytes32 answer => bool) private _spentAnswers;
    mapping(address account => uint256) public owed;

    constructor(
        IERC20 token_,
        IModelRegistry registry_,
        IHostStaking staking_,
        IPermitLedger permitLedger_,
        Parameters memory chosen
    ) {
        IModelRegistry.Limits memory limits = registry_.limits();
        if (chosen.revealMaximum <= chosen.revealMinimum || chosen.revealMaximum > limits.longestReveal) {
            revert ParametersInvalid("revealMaximum");
        }
        if (!limits.development && (chosen.revealMinimum < 10 minutes)) {
            revert ParametersInvalid("revealMinimum");
        }
        if (!limits.development && chosen.payoutDelay < 24 hours) {
            revert ParametersInvalid("payoutDelay");
        }
        if (chosen.bond == 0) {
            revert ParametersInvalid("bond");
        }
        if (chosen.forfeitTo == address(0)) {
            revert ParametersInvalid("forfeitTo");
        }
        token = token_;
        registry = registry_;
        staking = staking_;
        permitLedger = permitLedger_;
        _revealMinimum = chosen.revealMinimum;
        _revealMaximum = chosen.revealMaximum;
        _payoutDelay = chosen.payoutDelay;
        _bond = chosen.bond;
        _rewardCap = chosen.rewardCap;
        _forfeitTo = chosen.forfeitTo;
    }

    /// @notice Commits to evidence that nobody else knows yet.
    /// @dev Effects: the commitment, in the caller's name; takes the bond. Requirements: a new commitment.
    function commit(bytes32 commitment) external {
        if (_commitments[commitment].committedAt != 0) {
            revert CommitmentExists(commitment);
        }
        _commitments[commitment] = Commitment({prover: msg.sender, committedAt: uint64(block.timestamp)});
        emit Committed(commitment, msg.sender, _bond);
        token.safeTransferFrom(msg.sender, address(this), _bond);
    }

    /// @notice Reveals committed evidence and opens the case. Whoever copies a pending reveal has no commitment.
    /// @dev Effects: the case; the penalty locked; the bond owed to the prover again. Requirements: committed by the
    /// caller, within the time for revealing; a final receipt by the instance's gateway, served after activation, not
    /// after the commit and not too long before; no case on it yet; the opening, if there is one, in every part. A leaf that a
    /// conviction has spent opens a case like any other, without a reward: whoever is late must not lose its bond.
    function reveal(Evidence calldata evidence, bytes32 nonce) external returns (bytes32 caseId) {
        bytes32 commitment =
            OmlProtocol.commitment(address(this), msg.sender, keccak256(abi.encode(evidence)), nonce);
        uint64 committedAt = _takeCommitment(commitment);
        if (evidence.receipt.responseRoot == 0) {
            revert ReceiptIsOpening();
        }
        bytes32 domain = permitLedger.domainSeparator();
        (IModelRegistry.Instance memory instance, IModelRegistry.Terms memory terms,) =
            _checkReceipt(evidence.receipt, evidence.signature, committedAt, domain);
        caseId = _answerOf(evidence.receipt, domain);
        bytes32 leaf = evidence.opening.key.length == 0
            ? bytes32(0)
            : _checkOpening(evidence, instance.fingerprintRoot, terms.contextRoot);
        _open(caseId, commitment, evidence.receipt, leaf, terms, Kind.NO_PERMIT);
    }

    /// @notice Reveals two receipts that use one permit twice. Nobody can rebut it, and nobody is rewarded: there is no
    /// leaf in it.
    /// @dev Effects: the case, whose identifier is the complement of the later answer's digest; the penalty locked; the bond owed to the prover again.
    /// Requirements: committed by the caller, within the time for revealing; both receipts by the same gateway key, for
    /// the same model, host and permit, each served after its instance's activation, not after the commit and not too
    /// long before; they contradict each other, in order; no such case yet. An opening receipt counts as the answer that
    /// it opens.
    function revealDoubleUse(DoubleUse calldata evidence, bytes32 nonce) external returns (bytes32 caseId) {
        bytes32 commitment =
            OmlProtocol.commitment(address(this), msg.sender, keccak256(abi.encode(evidence)), nonce);
        uint64 committedAt = _takeCommitment(commitment);
        bytes32 domain = permitLedger.domainSeparator();
        (,, address firstKey) = _checkReceipt(evidence.first, evidence.firstSignature, committedAt, domain);
        (, IModelRegistry.Terms memory terms, address secondKey) =
            _checkReceipt(evidence.second, evidence.secondSignature, committedAt, domain);
        if (firstKey != secondKey) {
            revert DoubleUseInvalid("gatewayKey");
        }
        bytes32 first = _answerOf(evidence.first, domain);
        bytes32 second = _answerOf(evidence.second, domain);
        _checkContradiction(evidence.first, evidence.second, first, second);
        caseId = ~second;
        _open(caseId, commitment, evidence.second, 0, terms, Kind.DOUBLE_USE);
        emit DoubleUseRevealed(caseId, first, second);
    }

    /// @notice Acquits with the permit that the receipt names. Anybody may.
    /// @dev Effects: the case ends, the lock is released. Requirements: a case on this receipt, within its window; the permit
    /// has the receipt's hash and fields (a blank permit, query hash 0, fits every query), issued ≤ served ≤ expires, lives
    /// no longer than a permit may, and its signer was valid when it was issued. The receipt's response root is not looked at.
    /// @param authority of the permit, signed alone or in a batch: see {OmlProtocol-recoverPermit}
    function rebut(
        OmlProtocol.Receipt calldata receipt,
        OmlProtocol.Permit calldata permit,
        bytes calldata authority
    ) external {
        bytes32 domain = permitLedger.domainSeparator();
        bytes32 caseId = _answerOf(receipt, domain);
        Case storage opened = _caseIn(caseId, State.REVEALED);
        uint64 latest = _rebuttableUntil(opened, registry.instance(receipt.instanceId));
        if (block.timestamp > latest) {
            revert TooLate(latest);
        }
        _checkPermit(caseId, receipt, permit, authority, domain);
        uint128 penalty = opened.penalty;
        opened.state = State.REBUTTED;
        emit CaseRebutted(caseId, msg.sender, receipt.permitHash);
        staking.release(receipt.modelId, receipt.host, penalty);
    }

    /// @notice Convicts after a window without rebuttal. Anybody may.
    /// @dev Effects: slashes what was locked; spends the answer and the leaf, the first conviction with a leaf earns the
    /// reward. Where another conviction rests on the same answer the lock is released instead: no answer costs two
    /// penalties. Requirements: a revealed case whose window is over.
    function finalise(bytes32 caseId) external {
        Case storage opened = _caseIn(caseId, State.REVEALED);
        IModelRegistry.Instance memory instance = registry.instance(opened.instanceId);
        uint64 latest = _rebuttableUntil(opened, instance);
        if (block.timestamp <= latest) {
            revert TooEarly(latest + 1);
        }
        uint128 penalty = opened.penalty;
        bytes32 answer = opened.kind == Kind.DOUBLE_USE ? ~caseId : caseId;
        opened.finalisedAt = uint48(block.timestamp);
        if (_spentAnswers[answer]) {
            opened.state = State.ABSORBED;
            emit CaseAbsorbed(caseId, answer);
            staking.release(instance.modelId, instance.host, penalty);
            return;
        }
        _spentAnswers[answer] = true;
        bytes32 leaf = opened.leaf;
        if (leaf != 0 && !_spentLeaves[leaf]) {
            _spentLeaves[leaf] = true;
            opened.rewarded = true;
        }
        opened.state = State.CONVICTED;
        emit CaseConvicted(caseId, opened.instanceId, penalty, uint64(block.timestamp) + _payoutDelay);
        staking.slash(instance.modelId, instance.host, penalty);
    }

    /// @notice Divides a slash between the prover and the model's treasury. Anybody may.
    /// @dev Effects: both may collect. The reward is rounded down, the treasury gets the rest. Requirements: a conviction
    /// whose delay is over.
    function payout(bytes32 caseId) external {
        Case storage convicted = _caseIn(caseId, State.CONVICTED);
        uint64 earliest = uint64(convicted.finalisedAt) + _payoutDelay;
        if (block.timestamp < earliest) {
            revert TooEarly(earliest);
        }
        convicted.state = State.PAID;
        IModelRegistry.Instance memory instance = registry.instance(convicted.instanceId);
        uint256 slashed = convicted.penalty;
        uint256 reward = 0;
        if (convicted.rewarded) {
            IModelRegistry.Terms memory terms = registry.termsOf(instance.modelId, instance.termsVersion);
            reward = Math.min(slashed * terms.rewardBps / ALL_BPS, Math.min(terms.maximumReward, _rewardCap));
        }
        address treasury = registry.model(instance.modelId).treasury;
        owed[convicted.prover] += reward;
        owed[treasury] += slashed - reward;
        emit CasePaid(caseId, convicted.prover, reward, treasury, slashed - reward);
    }

    /// @notice Takes the bond of a commitment that was not revealed in time. Anybody may.
    /// @dev Effects: the commitment ends; the bond is owed to the community. Requirements: the time for revealing is over.
    function forfeit(bytes32 commitment) external {
        Commitment memory made = _commitments[commitment];
        if (made.committedAt == 0 || made.prover == address(0)) {
            revert CommitmentUnknown(commitment);
        }
        uint64 latest = made.committedAt + _revealMaximum;
        if (block.timestamp <= latest) {
            revert TooEarly(latest + 1);
        }
        _commitments[commitment].prover = address(0);
        owed[_forfeitTo] += _bond;
        emit Forfeited(commitment, made.prover, _bond);
    }

    /// @notice Pays out what is owed to an account: bonds, rewards, the community's part. Anybody may call it.
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

    /// @notice A commitment; its prover is zero once it was revealed or forfeited.
    function commitmentOf(bytes32 commitment) external view returns (Commitment memory) {
        return _commitments[commitment];
    }

    /// @notice A case; its state is NONE if there is none.
    function caseOf(bytes32 caseId) external view returns (Case memory) {
        return _cases[caseId];
    }

    /// @notice Whether a conviction rested on an answer.
    function isAnswerSpent(bytes32 answer) external view returns (bool) {
        return _spentAnswers[answer];
    }

    /// @notice Whether a conviction rested on a leaf.
    function isLeafSpent(bytes32 leaf) external view returns (bool) {
        return _spentLeaves[leaf];
    }

    /// @notice The parameters that this court was deployed with.
    function parameters() external view returns (Parameters memory) {
        return Parameters({
            revealMinimum: _revealMinimum,
            revealMaximum: _revealMaximum,
            payoutDelay: _payoutDelay,
            bond: _bond,
            rewardCap: _rewardCap,
            forfeitTo: _forfeitTo
        });
    }

    function _takeCommitment(bytes32 commitment) private returns (uint64 committedAt) {
        Commitment memory made = _commitments[commitment];
        if (made.prover != msg.sender) {
            revert CommitmentUnknown(commitment);
        }
        committedAt = made.committedAt;
        if (block.timestamp < committedAt + _revealMinimum) {
            revert TooEarly(committedAt + _revealMinimum);
        }
        if (block.timestamp > committedAt + _revealMaximum) {
            revert TooLate(committedAt + _revealMaximum);
        }
        _commitments[commitment].prover = address(0);
    }

    function _checkReceipt(
        OmlProtocol.Receipt calldata receipt,
        bytes calldata signature,
        uint64 committedAt,
        bytes32 domain
    )
        private
        view
        returns (IModelRegistry.Instance memory instance, IModelRegistry.Terms memory terms, address gatewayKey)
    {
        instance = registry.instance(receipt.instanceId);
        if (instance.activatedAt == 0) {
            revert ReceiptUnknownInstance(receipt.instanceId);
        }
        if (receipt.modelId != instance.modelId) {
            revert ReceiptMismatch("modelId");
        }
        if (receipt.host != instance.host) {
            revert ReceiptMismatch("host");
        }
        if (receipt.servedAt < instance.activatedAt) {
            revert ReceiptBeforeActivation(receipt.servedAt, instance.activatedAt);
        }
        if (receipt.servedAt > committedAt) {
            revert ReceiptAfterCommit(receipt.servedAt, committedAt);
        }
        terms = registry.termsOf(instance.modelId, instance.termsVersion);
        if (committedAt - receipt.servedAt > terms.maximumEvidenceAge) {
            revert ReceiptTooOld(receipt.servedAt, committedAt - terms.maximumEvidenceAge);
        }
        address recovered =
            ECDSA.recoverCalldata(OmlProtocol.digest(domain, OmlProtocol.structHash(receipt)), signature);
        gatewayKey = registry.gatewayKeyAt(receipt.instanceId, receipt.servedAt);
        if (recovered != gatewayKey) {
            revert ReceiptNotFromGateway(recovered, gatewayKey);
        }
    }

    function _checkContradiction(
        OmlProtocol.Receipt calldata first,
        OmlProtocol.Receipt calldata second,
        bytes32 firstAnswer,
        bytes32 secondAnswer
    ) private pure {
        if (first.permitHash != second.permitHash || first.permitHash == 0) {
            revert DoubleUseInvalid("permitHash");
        }
        if (first.modelId != second.modelId) {
            revert DoubleUseInvalid("modelId");
        }
        if (first.host != second.host) {
            revert DoubleUseInvalid("host");
        }
        if (firstAnswer == secondAnswer) {
            bool bothFinal = first.responseRoot != 0 && second.responseRoot != 0;
            if (!bothFinal || first.responseRoot == second.responseRoot) {
                revert DoubleUseInvalid("responseRoot");
            }
            return;
        }
        bool sameTime = first.servedAt == second.servedAt;
        if (first.servedAt > second.servedAt || (sameTime && firstAnswer > secondAnswer)) {
            revert DoubleUseInvalid("order");
        }
    }

    /// Digest of a receipt with response root 0, which all receipts of one answer have in common, the opening one included.
    function _answerOf(OmlProtocol.Receipt memory receipt, bytes32 domain) private pure returns (bytes32) {
        receipt.responseRoot = 0;
        return OmlProtocol.digest(domain, OmlProtocol.structHash(receipt));
    }

    function _checkOpening(Evidence calldata evidence, bytes32 fingerprintRoot, bytes32 contextRoot)
        private
        pure
        returns (bytes32 leaf)
    {
        Opening calldata opening = evidence.opening;
        OmlProtocol.Receipt calldata receipt = evidence.receipt;
        bytes32 keyHash = keccak256(opening.key);
        leaf = OmlProtocol.leaf(
            receipt.modelId,
            receipt.instanceId,
            opening.index,
            keyHash,
            keccak256(opening.response),
            opening.leafSalt
        );
        if (!MerkleProof.verifyCalldata(opening.leafProof, fingerprintRoot, leaf)) {
            revert OpeningInvalid("leaf");
        }
        if (OmlProtocol.queryHash(opening.querySalt, opening.ctxHash, keyHash) != receipt.queryHash) {
            revert OpeningInvalid("query");
        }
        if (!MerkleProof.verifyCalldata(opening.contextProof, contextRoot, OmlProtocol.contextLeaf(opening.ctxHash))) {
            revert OpeningInvalid("context");
        }
        _checkAnswer(opening, receipt.responseRoot);
    }

    function _checkAnswer(Opening calldata opening, bytes32 responseRoot) private pure {
        bool prefixFits = opening.answerPrefix.length == Math.min(opening.answerLength, OmlProtocol.PREFIX_LENGTH);
        bytes32 root = OmlProtocol.responseRoot(
            opening.querySalt, opening.answerLength, opening.answerPrefix, opening.restHash
        );
        if (!prefixFits || root != responseRoot) {
            revert OpeningInvalid("answer");
        }
        if (!OmlProtocol.matches(opening.answerPrefix, opening.answerLength, opening.response)) {
            revert OpeningInvalid("response");
        }
    }

    function _open(
        bytes32 caseId,
        bytes32 commitment,
        OmlProtocol.Receipt calldata receipt,
        bytes32 leaf,
        IModelRegistry.Terms memory terms,
        Kind kind
    ) private {
        Case storage opened = _cases[caseId];
        if (opened.state != State.NONE) {
            revert CaseExists(caseId);
        }
        opened.instanceId = receipt.instanceId;
        opened.leaf = leaf;
        opened.prover = msg.sender;
        opened.revealedAt = uint48(block.timestamp);
        opened.state = State.REVEALED;
        opened.kind = kind;
        owed[msg.sender] += _bond;
        uint128 penalty = staking.lock(receipt.modelId, receipt.host, terms.penalty);
        opened.penalty = penalty;
        emit CaseRevealed(
            caseId,
            receipt.instanceId,
            msg.sender,
            receipt.modelId,
            receipt.host,
            commitment,
            receipt.queryHash,
            receipt.permitHash,
            leaf,
            penalty,
            uint64(block.timestamp) + terms.disputeWindow
        );
    }

    /// What a receipt says of instance, model and host was checked when its case was revealed.
    function _checkPermit(
        bytes32 caseId,
        OmlProtocol.Receipt calldata receipt,
        OmlProtocol.Permit calldata permit,
        bytes calldata authority,
        bytes32 domain
    ) private view {
        if (receipt.permitHash == 0) {
            revert ReceiptNamesNoPermit(caseId);
        }
        bytes32 permitHash = OmlProtocol.structHash(permit);
        if (permitHash != receipt.permitHash) {
            revert PermitMismatch("permitHash");
        }
        if (permit.modelId != receipt.modelId) {
            revert PermitMismatch("modelId");
        }
        if (permit.instanceId != receipt.instanceId) {
            revert PermitMismatch("instanceId");
        }
        if (permit.host != receipt.host) {
            revert PermitMismatch("host");
        }
        if (permit.queryHash != receipt.queryHash && permit.queryHash != 0) {
            revert PermitMismatch("queryHash");
        }
        if (permit.issuedAt > receipt.servedAt || receipt.servedAt > permit.expiresAt) {
            revert PermitNotCovering(permit.issuedAt, receipt.servedAt, permit.expiresAt);
        }
        if (permit.expiresAt - permit.issuedAt > OmlProtocol.MAXIMUM_PERMIT_LIFE) {
            revert PermitNotCovering(permit.issuedAt, receipt.servedAt, permit.expiresAt);
        }
        address recovered = OmlProtocol.recoverPermit(domain, permit, authority);
        if (!permitLedger.isSignerAt(recovered, permit.issuedAt)) {
            revert PermitSignerInvalid(recovered, permit.issuedAt);
        }
    }

    function _rebuttableUntil(Case storage opened, IModelRegistry.Instance memory instance)
        private
        view
        returns (uint64)
    {
        return opened.revealedAt + registry.termsOf(instance.modelId, instance.termsVersion).disputeWindow;
    }

    function _caseIn(bytes32 caseId, State expected) private view returns (Case storage found) {
        found = _cases[caseId];
        if (found.state != expected) {
            revert CaseNotIn(caseId, expected, found.state);
        }
    }
}
