// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../OmlProtocol.sol";

/// @title What may be served, by whom, under which terms
/// @notice Models belong to a community (the owner). A host's copy is an instance: its fingerprint root is on chain before
/// the host can download it, so nobody can invent fingerprints later.
interface IModelRegistry {
    /// @notice What a host signs up to. Published terms never change; a change is a new version, and a host is held to the
    /// version that it signed.
    struct Terms {
        /// What a permit costs, in units of the payment token.
        uint128 pricePerQuery;
        /// Stake below which a host is inactive.
        uint128 minimumStake;
        /// What a conviction costs.
        uint128 penalty;
        /// Upper bound of a prover's reward.
        uint128 maximumReward;
        /// Seconds in which anybody may rebut a revealed case.
        uint64 disputeWindow;
        /// Seconds between the request to exit and the withdrawal.
        uint64 unbondingTime;
        /// Seconds after which a receipt is too old to be evidence.
        uint64 maximumEvidenceAge;
        /// The prover's part of a slash in ten-thousandths, at most 1000.
        uint16 rewardBps;
        /// Ten-thousandths of the fingerprints that must fire in an instance before it is handed out.
        uint16 minimumSuccessBps;
        /// Permits at the price above that may be charged beyond what the host has acknowledged.
        uint32 maximumUnacknowledged;
        /// Ten-thousandths by which an instance may be worse than the base model when it is handed out.
        uint16 maximumUtilityLossBps;
        /// Whether a permit is billed although the engine failed afterwards.
        bool billedWhenEngineFails;
        /// The probability, in parts per billion, with which panels may convict any of the model's hosts by chance.
        uint32 auditAlphaPpb;
        /// Root of the contexts in which a fingerprint counts as evidence.
        bytes32 contextRoot;
    }

    /// @notice Bounds of all terms, fixed at deployment.
    struct Limits {
        /// Shortest dispute window, in seconds.
        uint64 minimumDisputeWindow;
        /// Longest evidence age, in seconds.
        uint64 maximumEvidenceAge;
        /// Longest time from commit to reveal and finality together, in seconds; unbonding outlasts it.
        uint64 longestReveal;
        /// Longest unbonding time, in seconds; the community's timelock is longer.
        uint64 longestUnbonding;
        /// Notice with which a gateway key is replaced, in seconds.
        uint64 keyNotice;
        /// Whether windows below 24 hours are allowed. Never true where money is at stake.
        bool development;
    }

    struct Model {
        address owner;
        /// Who may take ownership over, or zero.
        address pendingOwner;
        /// Posts instances and nothing else.
        address publisher;
        /// Receives the community's part of slashes and charges.
        address treasury;
        bytes32 baseManifestHash;
        bytes32 licenceHash;
        uint32 termsVersion;
        uint32 constitutionVersion;
        /// Published so far. Who leaves is still counted.
        uint32 instances;
        string name;
    }

    struct Instance {
        bytes32 modelId;
        address host;
        uint32 termsVersion;
        uint64 activatedAt;
        bytes32 manifestHash;
        bytes32 fingerprintRoot;
    }

    /// @notice What a host signed up to over all its instances of a model.
    struct Obligations {
        uint32 instances;
        uint64 unbondingTime;
        uint128 minimumStake;
        /// What may be charged beyond what the host has acknowledged, in units of the payment token.
        uint128 maximumUnacknowledged;
    }

    event ModelRegistered(
        bytes32 indexed modelId, address indexed owner, string name, bytes32 baseManifestHash, bytes32 licenceHash
    );
    event TermsPublished(bytes32 indexed modelId, uint32 indexed version, Terms terms);
    event ConstitutionPublished(bytes32 indexed modelId, uint32 indexed version, bytes32 hash, string uri);
    event PublisherSet(bytes32 indexed modelId, address indexed publisher);
    event TreasurySet(bytes32 indexed modelId, address indexed treasury);
    event ModelTransferStarted(bytes32 indexed modelId, address indexed owner, address indexed pendingOwner);
    event ModelTransferred(bytes32 indexed modelId, address indexed previousOwner, address indexed owner);
    event InstancePublished(
        bytes32 indexed modelId,
        bytes32 indexed instanceId,
        address indexed host,
        address gatewayKey,
        uint32 termsVersion,
        bytes32 manifestHash,
        bytes32 fingerprintRoot
    );
    event GatewayKeyReplaced(bytes32 indexed instanceId, address indexed gatewayKey, uint64 validFrom);

    error ModelExists(bytes32 modelId);
    error ModelUnknown(bytes32 modelId);
    error ModelNameInvalid();
    error NotModelOwner(bytes32 modelId, address caller);
    error NotByVote(bytes32 modelId, address caller);
    error NotPendingOwner(bytes32 modelId, address caller);
    error NotPublisher(bytes32 modelId, address caller);
    error TermsInvalid(string field);
    error TermsUnknown(bytes32 modelId, uint32 version);
    error LimitsInvalid(string field);
    error HashMissing(string field);
    error AcceptanceExpired(uint64 deadline);
    error AcceptanceMismatch(string field);
    error NotSignedByHost(address recovered, address host);
    error InstanceExists(bytes32 instanceId);
    error InstanceUnknown(bytes32 instanceId);
    error InstancesExhausted(bytes32 modelId);
    error GatewayKeyInvalid();
    error NotHost(bytes32 instanceId, address caller);
    error TooEarly(uint64 earliest);
    error PlatformPaused();

    function registerModel(string calldata name, bytes32 baseManifestHash, bytes32 licenceHash, Terms calldata terms)
        external
        returns (bytes32 modelId);

    function publishTerms(bytes32 modelId, Terms calldata terms) external returns (uint32 version);

    function publishConstitution(bytes32 modelId, bytes32 hash, string calldata uri) external returns (uint32 version);

    function setPublisher(bytes32 modelId, address publisher) external;

    function setTreasury(bytes32 modelId, address treasury) external;

    function transferModel(bytes32 modelId, address newOwner) external;

    function acceptModel(bytes32 modelId) external;

    function publishInstance(
        OmlProtocol.LicenceAcceptance calldata licence,
        bytes calldata licenceSignature,
        OmlProtocol.InstanceAcceptance calldata acceptance,
        bytes calldata acceptanceSignature
    ) external returns (bytes32 instanceId);

    function replaceGatewayKey(bytes32 instanceId, address gatewayKey, uint64 validFrom) external;

    function model(bytes32 modelId) external view returns (Model memory);

    function termsOf(bytes32 modelId, uint32 version) external view returns (Terms memory);

    function constitutionOf(bytes32 modelId, uint32 version)
        external
        view
        returns (bytes32 hash, string memory uri, uint64 since);

    function treasuryOf(bytes32 modelId) external view returns (address);

    function instance(bytes32 instanceId) external view returns (Instance memory);

    function gatewayKeyAt(bytes32 instanceId, uint64 time) external view returns (address);

    function obligationsOf(bytes32 modelId, address host) external view returns (Obligations memory);

    function limits() external view returns (Limits memory);

    function modelIdOf(address owner, string calldata name) external view returns (bytes32);
}
