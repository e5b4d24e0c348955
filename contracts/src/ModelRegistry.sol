// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {OmlProtocol} from "./OmlProtocol.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IPermitLedger} from "./interfaces/IPermitLedger.sol";

/// @title What may be served, by whom, under which terms
/// @notice See {IModelRegistry} and `docs/contracts/model-registry.md`.
/// @dev Holds no money. Hazards: whoever holds the publisher's key can publish instances, but only such as the host has
/// signed twice, the licence and the finished instance; a fingerprint root can never be replaced.
contract ModelRegistry is IModelRegistry {
    using Checkpoints for Checkpoints.Trace208;

    /// @notice Upper bound of `rewardBps`: a tenth, so that neither slashing oneself nor framing others pays.
    uint16 public constant MAXIMUM_REWARD_BPS = 1000;

    /// @notice Upper bound of `auditAlphaPpb`: one in a thousand.
    uint32 public constant LARGEST_ALPHA_PPB = 1_000_000;

    /// @notice Lower bound of `auditAlphaPpb`: 2^-20, which the panel court's table keeps, rounded up. No terms promise less.
    uint32 public constant SMALLEST_ALPHA_PPB = 954;

    /// @notice The most instances of a model, among which the panel court's table divides that probability.
    uint32 public constant MAXIMUM_INSTANCES = 65_536;

    uint16 private constant ALL_BPS = 10_000;
    uint64 private constant SHORTEST_PRODUCTION_WINDOW = 24 hours;

    /// @notice The anchor of the signature domain.
    IPermitLedger public immutable permitLedger;
    /// @notice The community's timelock, without whose vote no constitution changes.
    address public immutable community;

    Limits private _limits;
    mapping(bytes32 modelId => Model) private _models;
    mapping(bytes32 modelId => mapping(uint32 version => Terms)) private _terms;
    mapping(bytes32 modelId => mapping(uint32 version => Constitution)) private _constitutions;
    mapping(bytes32 instanceId => Instance) private _instances;
    mapping(bytes32 instanceId => Checkpoints.Trace208) private _gatewayKeys;
    mapping(bytes32 modelId => mapping(address host => Obligations)) private _obligations;

    struct Constitution {
        bytes32 hash;
        uint64 since;
        string uri;
    }

    modifier onlyModelOwner(bytes32 modelId) {
        if (_models[modelId].owner != msg.sender) {
            revert NotModelOwner(modelId, msg.sender);
        }
        _;
    }

    constructor(IPermitLedger ledger, address community_, Limits memory limits_) {
        if (!limits_.development && limits_.minimumDisputeWindow < SHORTEST_PRODUCTION_WINDOW) {
            revert LimitsInvalid("minimumDisputeWindow");
        }
        if (limits_.minimumDisputeWindow == 0) {
            revert LimitsInvalid("minimumDisputeWindow");
        }
        if (limits_.maximumEvidenceAge == 0) {
            revert LimitsInvalid("maximumEvidenceAge");
        }
        if (limits_.longestReveal == 0) {
            revert LimitsInvalid("longestReveal");
        }
        if (limits_.longestUnbonding <= limits_.longestReveal) {
            revert LimitsInvalid("longestUnbonding");
        }
        permitLedger = ledger;
        community = community_;
        _limits = limits_;
    }

    /// @notice Registers a model under the caller, with the first version of its terms.
    /// @dev Effects: the model, terms version 1; the caller is owner, publisher and treasury.
    /// Requirements: a name of 1 to 100 bytes that the caller has not used; both hashes; terms within the limits.
    function registerModel(string calldata name, bytes32 baseManifestHash, bytes32 licenceHash, Terms calldata terms)
        external
        returns (bytes32 modelId)
    {
        if (bytes(name).length == 0 || bytes(name).length > 100) {
            revert ModelNameInvalid();
        }
        _requireHash(baseManifestHash, "baseManifestHash");
        _requireHash(licenceHash, "licenceHash");
        modelId = modelIdOf(msg.sender, name);
        Model storage registered = _models[modelId];
        if (registered.owner != address(0)) {
            revert ModelExists(modelId);
        }
        registered.owner = msg.sender;
        registered.publisher = msg.sender;
        registered.treasury = msg.sender;
        registered.baseManifestHash = baseManifestHash;
        registered.licenceHash = licenceHash;
        registered.name = name;
        emit ModelRegistered(modelId, msg.sender, name, baseManifestHash, licenceHash);
        _publishTerms(modelId, terms);
    }

    /// @notice Publishes the next version of a model's terms. Hosts stay under the version that they signed.
    /// @dev Effects: a new version, which is the current one. Requirements: the owner; terms within the limits.
    function publishTerms(bytes32 modelId, Terms calldata terms)
        external
        onlyModelOwner(modelId)
        returns (uint32 version)
    {
        return _publishTerms(modelId, terms);
    }

    /// @notice Publishes what the community wants the model to stand for.
    /// @dev Effects: a new version; the others stay readable. Requirements: the community's timelock, which owns the
    /// model, so that there was a vote; a hash.
    function publishConstitution(bytes32 modelId, bytes32 hash, string calldata uri)
        external
        onlyModelOwner(modelId)
        returns (uint32 version)
    {
        if (msg.sender != community) {
            revert NotByVote(modelId, msg.sender);
        }
        _requireHash(hash, "hash");
        version = ++_models[modelId].constitutionVersion;
        _constitutions[modelId][version] = Constitution(hash, uint64(block.timestamp), uri);
        emit ConstitutionPublished(modelId, version, hash, uri);
    }

    /// @notice Names the account that posts instances. Zero stops publication.
    /// @dev Effects: the publisher. Requirements: the owner.
    function setPublisher(bytes32 modelId, address publisher) external onlyModelOwner(modelId) {
        _models[modelId].publisher = publisher;
        emit PublisherSet(modelId, publisher);
    }

    /// @notice Names the account that receives the community's part of slashes.
    /// @dev Effects: the treasury, for payouts from now on. Requirements: the owner; not zero.
    function setTreasury(bytes32 modelId, address treasury) external onlyModelOwner(modelId) {
        if (treasury == address(0)) {
            revert HashMissing("treasury");
        }
        _models[modelId].treasury = treasury;
        emit TreasurySet(modelId, treasury);
    }

    /// @notice Offers a model to a new owner, for instance the timelock of its community.
    /// @dev Effects: the pending owner. Requirements: the owner.
    function transferModel(bytes32 modelId, address newOwner) external onlyModelOwner(modelId) {
        _models[modelId].pendingOwner = newOwner;
        emit ModelTransferStarted(modelId, msg.sender, newOwner);
    }

    /// @notice Takes an offered model over.
    /// @dev Effects: the owner; the model's identifier stays. Requirements: the pending owner.
    function acceptModel(bytes32 modelId) external {
        Model storage registered = _models[modelId];
        if (registered.pendingOwner != msg.sender || msg.sender == address(0)) {
            revert NotPendingOwner(modelId, msg.sender);
        }
        address previous = registered.owner;
        registered.owner = msg.sender;
        registered.pendingOwner = address(0);
        emit ModelTransferred(modelId, previous, msg.sender);
    }

    /// @notice Puts a host's instance on chain: from now on its receipts are evidence.
    /// @dev Effects: the instance, active from this block on; the gateway key; the host's obligations.
    /// Requirements: the publisher; licence and instance both signed by the host, neither expired; licence hash, base
    /// manifest hash and terms version are the model's; not published before; less than {MAXIMUM_INSTANCES} of the model; the
    /// ledger is not paused.
    function publishInstance(
        OmlProtocol.LicenceAcceptance calldata licence,
        bytes calldata licenceSignature,
        OmlProtocol.InstanceAcceptance calldata acceptance,
        bytes calldata acceptanceSignature
    ) external returns (bytes32 instanceId) {
        if (permitLedger.paused()) {
            revert PlatformPaused();
        }
        _checkLicence(licence);
        bytes32 licenceDigest = _digest(OmlProtocol.structHash(licence));
        _requireSignedBy(licence.host, licenceDigest, licenceSignature);
        instanceId = OmlProtocol.instanceId(licence.modelId, licence.host, licenceDigest);
        if (_instances[instanceId].activatedAt != 0) {
            revert InstanceExists(instanceId);
        }
        _checkAcceptance(acceptance, instanceId);
        _requireSignedBy(licence.host, _digest(OmlProtocol.structHash(acceptance)), acceptanceSignature);
        _store(instanceId, licence, acceptance);
    }

    /// @notice Gives an instance's gateway a new key, from a time on.
    /// @dev Effects: receipts served from then on are the new key's. Requirements: the host; the key's notice; later than
    /// every replacement before. Hazard: the old key stays valid for what was served before, so a stolen key is a
    /// slash until the notice has passed.
    function replaceGatewayKey(bytes32 instanceId, address gatewayKey, uint64 validFrom) external {
        Instance storage published = _instances[instanceId];
        if (published.activatedAt == 0) {
            revert InstanceUnknown(instanceId);
        }
        if (published.host != msg.sender) {
            revert NotHost(instanceId, msg.sender);
        }
        if (gatewayKey == address(0)) {
            revert GatewayKeyInvalid();
        }
        Checkpoints.Trace208 storage keys = _gatewayKeys[instanceId];
        (, uint48 last,) = keys.latestCheckpoint();
        uint64 earliest = uint64(block.timestamp) + _limits.keyNotice;
        if (earliest <= last) {
            earliest = uint64(last) + 1;
        }
        if (validFrom < earliest || validFrom > type(uint48).max) {
            revert TooEarly(earliest);
        }
        keys.push(uint48(validFrom), uint160(gatewayKey));
        emit GatewayKeyReplaced(instanceId, gatewayKey, validFrom);
    }

    /// @notice A model, or {ModelUnknown}.
    function model(bytes32 modelId) external view returns (Model memory) {
        Model memory registered = _models[modelId];
        if (registered.owner == address(0)) {
            revert ModelUnknown(modelId);
        }
        return registered;
    }

    /// @notice A version of a model's terms, or {TermsUnknown}.
    function termsOf(bytes32 modelId, uint32 version) external view returns (Terms memory) {
        if (version == 0 || version > _models[modelId].termsVersion) {
            revert TermsUnknown(modelId, version);
        }
        return _terms[modelId][version];
    }

    /// @notice A version of a model's constitution, and when it was published; empty if there is none.
    function constitutionOf(bytes32 modelId, uint32 version)
        external
        view
        returns (bytes32 hash, string memory uri, uint64 since)
    {
        Constitution memory constitution = _constitutions[modelId][version];
        return (constitution.hash, constitution.uri, constitution.since);
    }

    /// @notice Who receives a model's revenue and its part of slashes, or {ModelUnknown}.
    function treasuryOf(bytes32 modelId) external view returns (address treasury) {
        treasury = _models[modelId].treasury;
        if (treasury == address(0)) {
            revert ModelUnknown(modelId);
        }
    }

    /// @notice A published instance; all zero if there is none.
    function instance(bytes32 instanceId) external view returns (Instance memory) {
        return _instances[instanceId];
    }

    /// @notice The key with which an instance's gateway signed at a time; zero before its activation.
    function gatewayKeyAt(bytes32 instanceId, uint64 time) external view returns (address) {
        uint48 moment = time > type(uint48).max ? type(uint48).max : uint48(time);
        return address(uint160(_gatewayKeys[instanceId].upperLookupRecent(moment)));
    }

    /// @notice The strictest of what a host signed for a model; zero without an instance.
    function obligationsOf(bytes32 modelId, address host) external view returns (Obligations memory) {
        return _obligations[modelId][host];
    }

    /// @notice The bounds of all terms.
    function limits() external view returns (Limits memory) {
        return _limits;
    }

    /// @notice The identifier that a name gets from an owner.
    function modelIdOf(address owner, string calldata name) public view returns (bytes32) {
        return OmlProtocol.modelId(address(this), owner, name);
    }

    function _publishTerms(bytes32 modelId, Terms calldata terms) private returns (uint32 version) {
        _checkTerms(terms);
        version = ++_models[modelId].termsVersion;
        _terms[modelId][version] = terms;
        emit TermsPublished(modelId, version, terms);
    }

    function _checkTerms(Terms calldata terms) private view {
        Limits memory bounds = _limits;
        if (terms.minimumStake == 0 || terms.minimumStake < terms.penalty) {
            revert TermsInvalid("minimumStake");
        }
        if (terms.penalty == 0) {
            revert TermsInvalid("penalty");
        }
        if (terms.disputeWindow < bounds.minimumDisputeWindow || terms.disputeWindow > 90 days) {
            revert TermsInvalid("disputeWindow");
        }
        if (terms.maximumEvidenceAge == 0 || terms.maximumEvidenceAge > bounds.maximumEvidenceAge) {
            revert TermsInvalid("maximumEvidenceAge");
        }
        bool outlastsEvidence = terms.unbondingTime > terms.maximumEvidenceAge + bounds.longestReveal;
        if (!outlastsEvidence || terms.unbondingTime > bounds.longestUnbonding) {
            revert TermsInvalid("unbondingTime");
        }
        if (terms.rewardBps > MAXIMUM_REWARD_BPS) {
            revert TermsInvalid("rewardBps");
        }
        if (terms.minimumSuccessBps > ALL_BPS) {
            revert TermsInvalid("minimumSuccessBps");
        }
        if (terms.maximumUtilityLossBps > ALL_BPS) {
            revert TermsInvalid("maximumUtilityLossBps");
        }
        if (terms.auditAlphaPpb < SMALLEST_ALPHA_PPB || terms.auditAlphaPpb > LARGEST_ALPHA_PPB) {
            revert TermsInvalid("auditAlphaPpb");
        }
        if (uint256(terms.pricePerQuery) * terms.maximumUnacknowledged > type(uint96).max) {
            revert TermsInvalid("maximumUnacknowledged");
        }
    }

    function _checkLicence(OmlProtocol.LicenceAcceptance calldata licence) private view {
        Model storage registered = _models[licence.modelId];
        if (registered.owner == address(0)) {
            revert ModelUnknown(licence.modelId);
        }
        if (registered.publisher != msg.sender) {
            revert NotPublisher(licence.modelId, msg.sender);
        }
        if (licence.deadline < block.timestamp) {
            revert AcceptanceExpired(licence.deadline);
        }
        if (licence.licenceHash != registered.licenceHash) {
            revert AcceptanceMismatch("licenceHash");
        }
        if (licence.baseManifestHash != registered.baseManifestHash) {
            revert AcceptanceMismatch("baseManifestHash");
        }
        if (licence.termsVersion == 0 || licence.termsVersion > registered.termsVersion) {
            revert TermsUnknown(licence.modelId, licence.termsVersion);
        }
        if (licence.gatewayKey == address(0)) {
            revert GatewayKeyInvalid();
        }
        if (registered.instances == MAXIMUM_INSTANCES) {
            revert InstancesExhausted(licence.modelId);
        }
    }

    function _checkAcceptance(OmlProtocol.InstanceAcceptance calldata acceptance, bytes32 instanceId) private view {
        if (acceptance.instanceId != instanceId) {
            revert AcceptanceMismatch("instanceId");
        }
        if (acceptance.deadline < block.timestamp) {
            revert AcceptanceExpired(acceptance.deadline);
        }
        _requireHash(acceptance.manifestHash, "manifestHash");
        _requireHash(acceptance.fingerprintRoot, "fingerprintRoot");
    }

    function _store(
        bytes32 instanceId,
        OmlProtocol.LicenceAcceptance calldata licence,
        OmlProtocol.InstanceAcceptance calldata acceptance
    ) private {
        _instances[instanceId] = Instance({
            modelId: licence.modelId,
            host: licence.host,
            termsVersion: licence.termsVersion,
            activatedAt: uint64(block.timestamp),
            manifestHash: acceptance.manifestHash,
            fingerprintRoot: acceptance.fingerprintRoot
        });
        _models[licence.modelId].instances++;
        _gatewayKeys[instanceId].push(uint48(block.timestamp), uint160(licence.gatewayKey));
        _oblige(licence.modelId, licence.host, _terms[licence.modelId][licence.termsVersion]);
        emit InstancePublished(
            licence.modelId,
            instanceId,
            licence.host,
            licence.gatewayKey,
            licence.termsVersion,
            acceptance.manifestHash,
            acceptance.fingerprintRoot
        );
    }

    function _oblige(bytes32 modelId, address host, Terms storage terms) private {
        Obligations storage obligations = _obligations[modelId][host];
        obligations.instances++;
        if (terms.unbondingTime > obligations.unbondingTime) {
            obligations.unbondingTime = terms.unbondingTime;
        }
        if (terms.minimumStake > obligations.minimumStake) {
            obligations.minimumStake = terms.minimumStake;
        }
        uint128 unacknowledged = terms.pricePerQuery * terms.maximumUnacknowledged;
        if (unacknowledged > obligations.maximumUnacknowledged) {
            obligations.maximumUnacknowledged = unacknowledged;
        }
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return OmlProtocol.digest(permitLedger.domainSeparator(), structHash);
    }

    function _requireSignedBy(address host, bytes32 digest, bytes calldata signature) private pure {
        address recovered = ECDSA.recover(digest, signature);
        if (recovered != host) {
            revert NotSignedByHost(recovered, host);
        }
    }

    function _requireHash(bytes32 hash, string memory field) private pure {
        if (hash == 0) {
            revert HashMissing(field);
        }
    }
}
