// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

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

    /// @notice Bytes of a charge: host, count, amount.
    uint256 internal constant CHARGE_SIZE = 44;

    /// @notice Head of an empty list of charges.
    bytes32 internal constant CHARGES_END = keccak256("oml.charges.end.v1");

    /// @notice Bytes in front of and behind the path of a permit that was signed in a batch: index, count, issuedAt and
    /// firstSerial; the signature.
    uint256 private constant BATCH_PLACE = 24;
    uint256 private constant SIGNATURE_SIZE = 65;

    error PermitAuthorityMalformed();

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

    /// @notice What a plan's root holds at a question's place.
    function planLeaf(bytes32 fingerprint, uint16 weight) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("oml.plan.v1", fingerprint, weight));
    }

    /// @notice What the root holds that a panel's member commits to: an attestation's hash, hidden by a nonce until it is
    /// revealed.
    function answerLeaf(bytes32 attestationHash, bytes32 nonce) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(keccak256(abi.encodePacked("oml.answer.v1", attestationHash, nonce))));
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

    /// @notice Who signed a permit, alone or in a batch.
    /// @dev Hazard: says nothing of whether that key may sign permits; ask the ledger with the permit's `issuedAt`.
    /// @param authority the signature (65 bytes), or for a batch
    /// `index uint32 ‖ count uint32 ‖ issuedAt uint64 ‖ firstSerial uint64 ‖ path (32 bytes each) ‖ signature of the batch`
    function recoverPermit(bytes32 domainSeparator, Permit memory permit, bytes calldata authority)
        internal
        pure
        returns (address)
    {
        bytes32 signed = structHash(permit);
        uint256 size = authority.length;
        if (size > SIGNATURE_SIZE) {
            signed = structHash(batchOf(signed, authority));
            authority = authority[size - SIGNATURE_SIZE:];
        }
        return ECDSA.recover(digest(domainSeparator, signed), authority);
    }

    function batchOf(bytes32 permitHash, bytes calldata authority) private pure returns (PermitBatch memory batch) {
        uint256 frame = BATCH_PLACE + SIGNATURE_SIZE;
        if (authority.length < frame || (authority.length - frame) % 32 != 0) {
            revert PermitAuthorityMalformed();
        }
        bytes32[] memory path = new bytes32[]((authority.length - frame) / 32);
        for (uint256 i = 0; i < path.length; i++) {
            path[i] = bytes32(authority[BATCH_PLACE + 32 * i:]);
        }
        batch.count = uint32(bytes4(authority[4:]));
        batch.issuedAt = uint64(bytes8(authority[8:]));
        batch.firstSerial = uint64(bytes8(authority[16:]));
        bool fits;
        (fits, batch.root) = permitRoot(permitHash, uint32(bytes4(authority)), batch.count, path);
        if (!fits) {
            revert PermitAuthorityMalformed();
        }
    }

    /// @notice The root to which a path leads from a permit, in a batch's tree or an epoch's. Leaves and nodes are tagged,
    /// so that neither passes for the other.
    /// @return fits whether index and path belong to a tree of that many permits; without, the root means nothing
    function permitRoot(bytes32 permitHash, uint32 index, uint32 count, bytes32[] memory path)
        internal
        pure
        returns (bool fits, bytes32 root)
    {
        if (index >= count) {
            return (false, 0);
        }
        root = keccak256(abi.encodePacked(bytes1(0x00), permitHash));
        uint256 used = 0;
        uint256 position = index;
        for (uint256 size = count; size > 1; size = (size + 1) / 2) {
            if (position ^ 1 < size) {
                if (used == path.length) {
                    return (false, 0);
                }
                bytes32 sibling = path[used++];
                root = position % 2 == 0
                    ? keccak256(abi.encodePacked(bytes1(0x01), root, sibling))
                    : keccak256(abi.encodePacked(bytes1(0x01), sibling, root));
            }
            position /= 2;
        }
        return (used == path.length, root);
    }

    /// @notice The head of a list of charges that go before the list `next`:
    /// `head = keccak("oml.charge.v1" ‖ host ‖ count ‖ amount ‖ next)`.
    /// @param charges whole charges, which the caller has checked
    function chargeHead(bytes calldata charges, bytes32 next) internal pure returns (bytes32 head) {
        bytes memory node = abi.encodePacked("oml.charge.v1", new bytes(CHARGE_SIZE + 32));
        head = next;
        assembly ("memory-safe") {
            let start := add(node, 0x20)
            for { let at := charges.length } at {} {
                at := sub(at, 44)
                calldatacopy(add(start, 13), add(charges.offset, at), 44)
                mstore(add(start, 57), head)
                head := keccak256(start, 89)
            }
        }
    }

    /// @notice The charge at an offset.
    /// @param charges whole charges, which the caller has checked
    function chargeAt(bytes calldata charges, uint256 offset)
        internal
        pure
        returns (address host, uint64 count, uint128 amount)
    {
        assembly ("memory-safe") {
            let from := add(charges.offset, offset)
            let word := calldataload(from)
            host := shr(96, word)
            count := and(shr(32, word), 0xffffffffffffffff)
            amount := shr(128, calldataload(add(from, 28)))
        }
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
