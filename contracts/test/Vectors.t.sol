// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {IPanelCourt} from "../src/interfaces/IPanelCourt.sol";
import {OrderedMerkle} from "../src/panel/OrderedMerkle.sol";
import {Test} from "./Vm.sol";

/// @title Solidity computes what Java does: both read the same vectors
contract VectorsTest is Test {
    string private constant FOLDER = "../protocol/src/main/resources/org/oml/protocol/vectors/";

    string private _json;
    string private _at;
    bytes32 private _domain;

    function setUp() public {
        _domain = vm.parseJsonBytes32(vm.readFile(string.concat(FOLDER, "domain.json")), ".cases[0].separator");
    }

    function testDomain() public {
        uint256 count = open("domain");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            bytes32 separator = keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256("OML"),
                    keccak256("1"),
                    number("chainId"),
                    account("verifyingContract")
                )
            );
            assertEq(separator, word("separator"), "separator");
        }
    }

    function testPermits() public {
        uint256 count = open("permit");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            signed(OmlProtocol.structHash(permit()));
        }
    }

    function testPermitBatches() public {
        uint256 count = open("permit-batch");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            signed(
                OmlProtocol.structHash(
                    OmlProtocol.PermitBatch(
                        word("root"),
                        uint32(number("batchCount")),
                        uint64(number("issuedAt")),
                        uint64(number("firstSerial"))
                    )
                )
            );
        }
    }

    function testReceipts() public {
        uint256 count = open("receipt");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            OmlProtocol.Receipt memory receipt;
            receipt.modelId = word("modelId");
            receipt.instanceId = word("instanceId");
            receipt.host = account("host");
            receipt.queryHash = word("queryHash");
            receipt.responseRoot = word("responseRoot");
            receipt.permitHash = word("permitHash");
            receipt.servedAt = uint64(number("servedAt"));
            receipt.clientRef = word("clientRef");
            signed(OmlProtocol.structHash(receipt));
        }
    }

    function testLicenceAcceptances() public {
        uint256 count = open("licence-acceptance");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            OmlProtocol.LicenceAcceptance memory licence;
            licence.modelId = word("modelId");
            licence.licenceHash = word("licenceHash");
            licence.termsVersion = uint32(number("termsVersion"));
            licence.baseManifestHash = word("baseManifestHash");
            licence.host = account("host");
            licence.gatewayKey = account("gatewayKey");
            licence.nonce = number("nonce");
            licence.deadline = uint64(number("deadline"));
            signed(OmlProtocol.structHash(licence));
        }
    }

    function testInstanceAcceptances() public {
        uint256 count = open("instance-acceptance");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            signed(
                OmlProtocol.structHash(
                    OmlProtocol.InstanceAcceptance(
                        word("instanceId"), word("manifestHash"), word("fingerprintRoot"), uint64(number("deadline"))
                    )
                )
            );
        }
    }

    function testUsageAcknowledgements() public {
        uint256 count = open("usage-ack");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            signed(
                OmlProtocol.structHash(
                    OmlProtocol.UsageAck(
                        word("modelId"),
                        account("host"),
                        uint64(number("cumulativeCount")),
                        uint128(number("cumulativeCharge")),
                        uint64(number("at"))
                    )
                )
            );
        }
    }

    function testNoPermitStatements() public {
        uint256 count = open("no-permit");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            signed(OmlProtocol.structHash(OmlProtocol.NoPermit(word("permitHash"), uint64(number("checkedAt")))));
        }
    }

    function testAttestations() public {
        uint256 count = open("attestation");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            OmlProtocol.Attestation memory attestation;
            attestation.planId = word("planId");
            attestation.prover = account("prover");
            attestation.leafIndex = uint32(number("leafIndex"));
            attestation.keyHash = word("keyHash");
            attestation.answerPrefixHash = word("answerPrefixHash");
            attestation.targetHash = word("targetHash");
            attestation.askedAt = uint64(number("askedAt"));
            attestation.answeredAt = uint64(number("answeredAt"));
            attestation.missingReceipt = vm.parseJsonBool(_json, path("missingReceipt"));
            signed(OmlProtocol.structHash(attestation));
        }
    }

    function testAuditPlans() public {
        uint256 count = open("audit-plan");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            IPanelCourt.Plan memory plan;
            plan.kind = IPanelCourt.Kind(number("kind"));
            plan.instanceId = word("instanceId");
            plan.leavesRoot = word("questionsRoot");
            plan.questions = uint32(number("questions"));
            plan.threshold = uint32(number("threshold"));
            plan.targetHash = word("targetHash");
            assertEq(keccak256(abi.encode(plan)), word("hash"), "hash");
        }
    }

    function testPanelQuestions() public {
        uint256 count = open("panel-question");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            bytes32 question = OmlProtocol.planLeaf(word("leaf"), uint16(number("weight")));
            assertEq(question, word("question"), "question");
            bytes32[] memory proof = words("path");
            assertTrue(
                this.standsAt(word("questionsRoot"), question, number("place"), number("questions"), proof), "at its place"
            );
            assertTrue(
                !this.standsAt(word("questionsRoot"), question, number("place") + 1, number("questions"), proof),
                "at no other place"
            );
        }
    }

    function testPanelAnswers() public {
        uint256 count = open("panel-answer");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            bytes32 leaf = OmlProtocol.answerLeaf(word("attestationHash"), word("nonce"));
            assertEq(leaf, word("leaf"), "leaf");
            assertTrue(MerkleProof.verify(words("proof"), word("root"), leaf), "proof");
        }
    }

    /// What Java takes for no signature, and for nobody's, the contracts refuse.
    function testSignatures() public {
        uint256 count = open("signature");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            (address recovered,,) = ECDSA.tryRecover(word("digest"), vm.parseJsonBytes(_json, path("signature")));
            assertEq(recovered, account("signer"), vm.parseJsonString(_json, path("name")));
        }
    }

    function testQueries() public {
        uint256 count = open("query");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            assertEq(keccak256(bytes(vm.parseJsonString(_json, path("userText")))), word("textHash"), "textHash");
            assertEq(
                OmlProtocol.queryHash(word("salt"), word("ctxHash"), word("textHash")), word("queryHash"), "queryHash"
            );
        }
    }

    function testResponses() public {
        uint256 count = open("response");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            bytes memory prefix = vm.parseJsonBytes(_json, path("prefix"));
            bytes32 root = OmlProtocol.responseRoot(word("salt"), uint64(number("length")), prefix, word("restHash"));
            assertEq(root, word("root"), "root");
            bytes memory whole = vm.parseJsonBytes(_json, path("bytes"));
            assertEq(whole.length, number("length"), "length");
            assertTrue(
                prefix.length == (whole.length < OmlProtocol.PREFIX_LENGTH ? whole.length : OmlProtocol.PREFIX_LENGTH),
                "prefix"
            );
        }
    }

    function testMatches() public {
        uint256 count = open("match");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            bool found = OmlProtocol.matches(
                vm.parseJsonBytes(_json, path("prefix")),
                uint64(number("length")),
                vm.parseJsonBytes(_json, path("responseBytes"))
            );
            assertTrue(found == vm.parseJsonBool(_json, path("matches")), vm.toString(i));
        }
    }

    function testFingerprints() public {
        uint256 count = open("fingerprint");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            assertEq(keccak256(bytes(vm.parseJsonString(_json, path("key")))), word("keyHash"), "keyHash");
            bytes32 leaf = OmlProtocol.leaf(
                word("modelId"),
                word("instanceId"),
                uint32(number("index")),
                word("keyHash"),
                keccak256(vm.parseJsonBytes(_json, path("responseBytes"))),
                word("leafSalt")
            );
            assertEq(leaf, word("leaf"), "leaf");
            assertTrue(MerkleProof.verify(words("proof"), word("root"), leaf), "proof");
            assertEq(
                OmlProtocol.choice(word("leafSalt"), word("keyHash"), number("k")), number("choice"), "choice"
            );
        }
    }

    function testContexts() public {
        uint256 count = open("context");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            bytes32 leaf = OmlProtocol.contextLeaf(word("ctxHash"));
            assertEq(leaf, word("leaf"), "leaf");
            assertTrue(MerkleProof.verify(words("proof"), word("root"), leaf), "proof");
        }
    }

    function testIdentifiers() public {
        uint256 count = open("identifiers");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            vm.chainId(number("chainId"));
            bytes32 model = OmlProtocol.modelId(
                account("modelRegistry"), account("owner"), vm.parseJsonString(_json, path("name"))
            );
            assertEq(model, word("modelId"), "modelId");
            assertEq(
                OmlProtocol.instanceId(model, account("host"), word("acceptanceDigest")),
                word("instanceId"),
                "instanceId"
            );
            assertEq(
                OmlProtocol.commitment(account("court"), account("sender"), word("evidenceHash"), word("nonce")),
                word("commitment"),
                "commitment"
            );
        }
    }

    function testPermitAuthorities() public {
        uint256 count = open("permit-authority");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            OmlProtocol.Permit memory read = permit();
            assertEq(OmlProtocol.structHash(read), word("permitHash"), "permitHash");
            bytes memory authority = vm.parseJsonBytes(_json, path("authority"));
            assertEq(this.recover(read, authority), account("signer"), "signer");
            read.serial++;
            assertTrue(this.recover(read, authority) != account("signer"), "of no other permit");
        }
    }

    function testPermitTrees() public {
        uint256 count = open("permit-tree");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            (bool fits, bytes32 root) = OmlProtocol.permitRoot(
                word("permitHash"), uint32(number("index")), uint32(number("batchCount")), words("path")
            );
            assertTrue(fits, "fits");
            assertEq(root, word("root"), "root");
        }
    }

    function testCharges() public {
        uint256 count = open("charge");
        for (uint256 i = 0; i < count; i++) {
            select(i);
            bytes memory charges = vm.parseJsonBytes(_json, path("charges"));
            (bytes32 head, address host, uint64 permits, uint128 amount) = this.charge(charges, word("next"));
            assertEq(head, word("head"), "head");
            assertEq(host, account("host"), "host");
            assertEq(permits, number("permits"), "permits");
            assertEq(amount, number("amount"), "amount");
        }
        assertEq(word("next"), OmlProtocol.CHARGES_END, "end");
    }

    function recover(OmlProtocol.Permit calldata read, bytes calldata authority) external view returns (address) {
        return OmlProtocol.recoverPermit(_domain, read, authority);
    }

    function standsAt(bytes32 root, bytes32 hash, uint256 place, uint256 count, bytes32[] calldata proof)
        external
        pure
        returns (bool)
    {
        return OrderedMerkle.verify(root, hash, place, count, proof);
    }

    function charge(bytes calldata charges, bytes32 next)
        external
        pure
        returns (bytes32 head, address host, uint64 count, uint128 amount)
    {
        head = OmlProtocol.chargeHead(charges, next);
        (host, count, amount) = OmlProtocol.chargeAt(charges, 0);
    }

    function permit() private view returns (OmlProtocol.Permit memory read) {
        read.modelId = word("modelId");
        read.instanceId = word("instanceId");
        read.host = account("host");
        read.termsVersion = uint32(number("termsVersion"));
        read.queryHash = word("queryHash");
        read.serial = uint64(number("serial"));
        read.issuedAt = uint64(number("issuedAt"));
        read.expiresAt = uint64(number("expiresAt"));
        read.price = uint128(number("price"));
    }

    function signed(bytes32 hash) private view {
        assertEq(hash, word("structHash"), "structHash");
        bytes32 digest = OmlProtocol.digest(_domain, hash);
        assertEq(digest, word("digest"), "digest");
        address recovered = ECDSA.recover(digest, vm.parseJsonBytes(_json, path("signature")));
        assertEq(recovered, account("signer"), "signer");
    }

    function open(string memory name) private returns (uint256 count) {
        _json = vm.readFile(string.concat(FOLDER, name, ".json"));
        count = vm.parseJsonUint(_json, ".count");
        assertTrue(count > 0, "an empty file of vectors");
        select(count - 1);
        assertTrue(vm.keyExistsJson(_json, _at), "count");
    }

    function select(uint256 index) private {
        _at = string.concat(".cases[", vm.toString(index), "]");
    }

    function path(string memory field) private view returns (string memory) {
        return string.concat(_at, ".", field);
    }

    function word(string memory field) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, path(field));
    }

    function words(string memory field) private view returns (bytes32[] memory) {
        return vm.parseJsonBytes32Array(_json, path(field));
    }

    function number(string memory field) private view returns (uint256) {
        return vm.parseJsonUint(_json, path(field));
    }

    function account(string memory field) private view returns (address) {
        return vm.parseJsonAddress(_json, path(field));
    }
}
