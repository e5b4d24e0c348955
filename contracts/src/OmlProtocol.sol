// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The protocol's structures and their hashes, version 1
/// @notice The Solidity side of `docs/protocol.md`. Java and Solidity are held together by the vectors that both test
/// suites read; a change here without a new protocol version would void every signature there is.
library OmlProtocol {
    /// @notice σ(q): the right to answer one query.
    struct Permit {
        bytes32 modelId;
        bytes32 instanceId;
        address host;
        uint32 termsVersion;
        bytes32 queryHash;
        uint64 serial;
        uint64 issuedAt;
        uint64 expiresAt;
        uint128 price;
    }

    /// @notice The root of permits signed together.
    struct PermitBatch {
        bytes32 root;
        uint32 count;
        uint64 issuedAt;
        uint64 firstSerial;
    }

    /// @notice What a gateway signs of an answer. `responseRoot` 0 is the opening receipt, `permitHash` 0 names no permit.
    struct Receipt {
        bytes32 modelId;
        bytes32 instanceId;
        address host;
        bytes32 queryHash;
        bytes32 responseRoot;
        bytes32 permitHash;
        uint64 servedAt;
        bytes32 clientRef;
    }

    /// @notice A host's signature under the licence, which names the key of its gateway.
    struct LicenceAcceptance {
        bytes32 modelId;
        bytes32 licenceHash;
        uint32 termsVersion;
        bytes32 baseManifestHash;
        address host;
        address gatewayKey;
        uint256 nonce;
        uint64 deadline;
    }

    /// @notice A host's signature under the instance that was made for it.
    struct InstanceAcceptance {
        bytes32 instanceId;
        bytes32 manifestHash;
        bytes32 fingerprintRoot;
        uint64 deadline;
    }

    /// @notice What a host admits to have used, ever.
    struct UsageAck {
        bytes32 modelId;
        address host;
        uint64 cumulativeCount;
        uint128 cumulativeCharge;
        uint64 acknowledgedAt;
    }

    /// @notice The operator's word that it never issued a permit.
    struct NoPermit {
        bytes32 permitHash;
        uint64 checkedAt;
    }

    /// @notice A panel member's word on one question and its answer.
    struct Attestation {
        bytes32 planId;
        address prover;
        uint32 leafIndex;
        bytes32 keyHash;
        bytes32 answerPrefixHash;
        bytes32 targetHash;
        uint64 askedAt;
        uint64 answeredAt;
        bool missingReceipt;
    }

    /// @notice Seconds that a permit lives at most.
    uint64 internal constant MAXIMUM_PERMIT_LIFE = 600;

    /// @notice Bytes of an answer that a receipt commits to apart from the rest.
    uint256 internal constant PREFIX_LENGTH = 64;

    bytes32 internal constant PERMIT_TYPE = keccak256(
        "Permit(bytes32 modelId,bytes32 instanceId,address host,uint32 termsVersion,bytes32 queryHash,uint64 serial,uint64 issuedAt,uint64 expiresAt,uint128 price)"
    );
    bytes32 internal constant PERMIT_BATCH_TYPE =
        keccak256("PermitBatch(bytes32 root,uint32 count,uint64 issuedAt,uint64 firstSerial)");
    bytes32 internal constant RECEIPT_TYPE = keccak256(
        "Receipt(bytes32 modelId,bytes32 instanceId,address host,bytes32 queryHash,bytes32 responseRoot,bytes32 permitHash,uint64 servedAt,bytes32 clientRef)"
    );
    bytes32 internal constant LICENCE_ACCEPTANCE_TYPE = keccak256(
        "LicenceAcceptance(bytes32 modelId,bytes32 licenceHash,uint32 termsVersion,bytes32 baseManifestHash,address host,address gatewayKey,uint256 nonce,uint64 deadline)"
    );
    bytes32 internal constant INSTANCE_ACCEPTANCE_TYPE =
        keccak256("InstanceAcceptance(bytes32 instanceId,bytes32 manifestHash,bytes32 fingerprintRoot,uint64 deadline)");
    bytes32 internal constant USAGE_ACK_TYPE =
        keccak256("UsageAck(bytes32 modelId,address host,uint64 cumulativeCount,uint128 cumulativeCharge,uint64 at)");
    bytes32 internal constant NO_PERMIT_TYPE = keccak256("NoPermit(bytes32 permitHash,uint64 checkedAt)");
    bytes32 internal constant ATTESTATION_TYPE = keccak256(
        "Attestation(bytes32 planId,address prover,uint32 leafIndex,bytes32 keyHash,bytes32 answerPrefixHash,bytes32 targetHash,uint64 askedAt,uint64 answeredAt,bool missingReceipt)"
    );

    // All members are static words, so `abi.encode` of the type and the struct is EIP-712's encodeData.

    function structHash(Permit memory permit) internal pure returns (bytes32) {
        return keccak256(abi.encode(PERMIT_TYPE, permit));
    }

    function structHash(PermitBatch memory batch) internal pure returns (bytes32) {
        return keccak256(abi.encode(PERMIT_BATCH_TYPE, batch));
    }

    function structHash(Receipt memory receipt) internal pure returns (bytes32) {
        return keccak256(abi.encode(RECEIPT_TYPE, receipt));
    }

    function structHash(LicenceAcceptance memory acceptance) internal pure returns (bytes32) {
        return keccak256(abi.encode(LICENCE_ACCEPTANCE_TYPE, acceptance));
    }

    function structHash(InstanceAcceptance memory acceptance) internal pure returns (bytes32) {
        return keccak256(abi.encode(INSTANCE_ACCEPTANCE_TYPE, acceptance));
    }

    function structHash(UsageAck memory ack) internal pure returns (bytes32) {
        return keccak256(abi.encode(USAGE_ACK_TYPE, ack));
    }

    function structHash(NoPermit memory statement) internal pure returns (bytes32) {
        return keccak256(abi.encode(NO_PERMIT_TYPE, statement));
    }

    function structHash(Attestation memory attestation) internal pure returns (bytes32) {
        return keccak256(abi.encode(ATTESTATION_TYPE, attestation));
    }

    /// @notice What is signed: `0x1901 ‖ domain ‖ struct hash`.
    function digest(bytes32 domainSeparator, bytes32 hash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domainSeparator, hash));
    }

    function modelId(address registry, address owner, string memory name) internal view returns (bytes32) {
        return keccak256(abi.encode("oml.model.v1", block.chainid, registry, owner, name));
    }

    function instanceId(bytes32 model, address host, bytes32 acceptanceDigest) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(model, host, acceptanceDigest));
    }

    function queryHash(bytes32 salt, bytes32 ctxHash, bytes32 textHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("oml.query.v1", salt, ctxHash, textHash));
    }

    function responseRoot(bytes32 salt, uint64 length, bytes memory prefix, bytes32 restHash)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encodePacked("oml.resp.v1", salt, length, keccak256(prefix), restHash));
    }

    /// @notice What a panel member attests of an answer.
    function answerPrefixHash(uint64 length, bytes memory prefix) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(length, prefix));
    }

    /// @notice The leaf of a fingerprint. Hashed twice, so that it can never be taken for a node.
    function leaf(
        bytes32 model,
        bytes32 instance,
        uint32 index,
        bytes32 keyHash,
        bytes32 responseHash,
        bytes32 leafSalt
    ) internal pure returns (bytes32) {
        bytes32 inner =
            keccak256(abi.encodePacked("oml.fp.v1", model, instance, index, keyHash, responseHash, leafSalt));
        return keccak256(abi.encodePacked(inner));
    }

    /// @notice Which of k candidates a fingerprint's response had to be.
    function choice(bytes32 leafSalt, bytes32 keyHash, uint256 k) internal pure returns (uint256) {
        return uint256(keccak256(abi.encodePacked("oml.fp.choice.v1", leafSalt, keyHash))) % k;
    }

    /// @notice The leaf of an allowed context.
    function contextLeaf(bytes32 ctxHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(keccak256(abi.encodePacked("oml.ctx.v1", ctxHash))));
    }

    function commitment(address court, address sender, bytes32 evidenceHash, bytes32 nonce)
        internal
        view
        returns (bytes32)
    {
        return keccak256(abi.encode("oml.commit.v1", block.chainid, court, sender, evidenceHash, nonce));
    }

    /// @notice Whether an answer of `length` bytes that begins with `prefix` begins with `response` up to a word boundary.
    /// @dev Leading spaces of both are left out. Hazard: where the answer goes on behind the prefix, the byte behind the
    /// response must lie within the prefix; otherwise nobody could tell whether the word ends there, and it is no match.
    function matches(bytes memory prefix, uint64 length, bytes memory response) internal pure returns (bool) {
        uint256 from = leadingSpaces(prefix);
        uint256 skip = leadingSpaces(response);
        uint256 size = response.length - skip;
        if (size == 0 || prefix.length < from + size) {
            return false;
        }
        for (uint256 i = 0; i < size; i++) {
            if (prefix[from + i] != response[skip + i]) {
                return false;
            }
        }
        if (from + size < prefix.length) {
            return !continuesWord(prefix[from + size]);
        }
        return length == prefix.length;
    }

    function leadingSpaces(bytes memory text) private pure returns (uint256 count) {
        while (count < text.length && text[count] == 0x20) {
            count++;
        }
    }

    function continuesWord(bytes1 b) private pure returns (bool) {
        return (b >= 0x30 && b <= 0x39) || (b >= 0x41 && b <= 0x5a) || (b >= 0x61 && b <= 0x7a) || b >= 0x80;
    }
}
