package org.oml.protocol;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The test vectors that other implementations read. Run {@link #main} in the module's directory to
 * write them; {@code VectorsTest} holds the files to the code and to independent implementations.
 */
final class Vectors {

  static final Path DIRECTORY = Path.of("src/main/resources/org/oml/protocol/vectors");
  static final SigningDomain DOMAIN =
      new SigningDomain(
          BigInteger.valueOf(31337), Address.parse("0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"));
  static final SigningKey KEY = SigningKey.of(some("private key"));
  static final Permit PERMIT =
      new Permit(
          some("model"),
          some("instance"),
          key("host").address(),
          3,
          some("query"),
          7_000_000_001L,
          1_790_000_000L,
          1_790_000_600L,
          new BigInteger("250000000000000000"));

  private Vectors() {}

  public static void main(String[] arguments) throws IOException {
    Files.createDirectories(DIRECTORY);
    for (Map.Entry<String, VectorFile> file : all().entrySet()) {
      Files.writeString(DIRECTORY.resolve(file.getKey() + ".json"), file.getValue().json());
    }
  }

  static Map<String, VectorFile> all() {
    Map<String, VectorFile> files = new TreeMap<>();
    files.put("keccak", keccak());
    files.put("domain", domain());
    files.put("identifiers", identifiers());
    files.put("permit", permit());
    files.put("permit-refused", permitRefused());
    files.put("permit-tree", permitTree());
    EpochVectors.addTo(files);
    PanelVectors.addTo(files);
    files.put("receipt", receipt());
    StructureVectors.addTo(files);
    files.put("signature", SignatureVectors.file());
    files.put("fingerprint", fingerprint());
    files.put("context", context());
    files.put("query", QueryVectors.accepted());
    files.put("query-refused", QueryVectors.refused());
    files.put("response", response());
    files.put("match", match());
    files.put("manifest", manifest());
    files.put("sign-in", signIn());
    AnswerVectors.addTo(files);
    EquivocationVectors.addTo(files);
    IssueVectors.addTo(files);
    return files;
  }

  static Bytes32 some(String name) {
    return Keccak.of("oml test vector: " + name);
  }

  static SigningKey key(String name) {
    return SigningKey.of(some(name));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static VectorFile keccak() {
    VectorFile file = new VectorFile("keccak-256 of bytes");
    for (int length : new int[] {0, 1, 31, 32, 135, 136, 137, 300}) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) i;
      }
      file.with("bytes", bytes, "hash", Keccak.of(bytes));
    }
    return file;
  }

  private static VectorFile domain() {
    return new VectorFile("The EIP-712 domain of all signed structures here")
        .with(
            "chainId", DOMAIN.chainId(),
            "verifyingContract", DOMAIN.permitLedger(),
            "separator", DOMAIN.separator());
  }

  private static VectorFile identifiers() {
    Address registry = key("registry").address();
    Address owner = key("owner").address();
    Address court = key("court").address();
    VectorFile file = new VectorFile("modelId, instanceId and commitment");
    for (String name : List.of("community/model", "a/b", "community/a-name-of-thirty-two-byte")) {
      Bytes32 modelId = Identifiers.modelId(DOMAIN.chainId(), registry, owner, name);
      LicenceAcceptance acceptance = StructureVectors.licenceAcceptance(modelId);
      file.with(
          "chainId", DOMAIN.chainId(),
          "modelRegistry", registry,
          "owner", owner,
          "name", name,
          "modelId", modelId,
          "host", acceptance.host(),
          "acceptanceDigest", acceptance.digest(DOMAIN),
          "instanceId", Identifiers.instanceId(acceptance, DOMAIN),
          "court", court,
          "sender", owner,
          "evidenceHash", some("evidence"),
          "nonce", some(name),
          "commitment",
              Identifiers.commitment(DOMAIN.chainId(), court, owner, some("evidence"), some(name)));
    }
    return file;
  }

  private static VectorFile permit() {
    VectorFile file = new VectorFile("Permits with struct hash, digest, signature and string");
    Permit largest =
        new Permit(
            PERMIT.modelId(),
            PERMIT.instanceId(),
            PERMIT.host(),
            Integer.MAX_VALUE,
            Bytes32.ZERO,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE));
    for (Permit permit : List.of(PERMIT, largest)) {
      SignedPermit signed = SignedPermit.sign(permit, DOMAIN, KEY);
      List<Object> values = new ArrayList<>(permitMembers(permit));
      values.addAll(StructureVectors.signed(permit));
      values.addAll(List.of("string", signed.encode()));
      file.with(values.toArray());
    }
    return file;
  }

  static List<Object> permitMembers(Permit permit) {
    return List.of(
        "modelId", permit.modelId(),
        "instanceId", permit.instanceId(),
        "host", permit.host(),
        "termsVersion", permit.termsVersion(),
        "queryHash", permit.queryHash(),
        "serial", permit.serial(),
        "issuedAt", permit.issuedAt(),
        "expiresAt", permit.expiresAt(),
        "price", permit.price());
  }

  private static VectorFile permitRefused() {
    String good = SignedPermit.sign(PERMIT, DOMAIN, KEY).encode();
    String[] parts = good.split("\\.", -1);
    String batched = batch(3).get(2).encode();
    String[] batchParts = batched.split("\\.", -1);
    VectorFile file = new VectorFile("Strings that no decoder of permits may take, and the code");
    List<String> refused =
        List.of(
            "",
            "oml1",
            good + ".",
            good + "=",
            " " + good,
            good.replace("oml1.", "oml2."),
            good.replace("oml1.", "omlr1."),
            good.replace("oml1.", "omlb1."),
            parts[0] + "." + parts[1].substring(4) + "." + parts[2],
            parts[0] + "." + parts[1] + "AAAA." + parts[2],
            parts[0] + "." + parts[1] + ".",
            parts[0] + "." + parts[1] + "." + parts[2].substring(0, 86) + "-",
            parts[0] + "." + parts[1] + "." + parts[2].replaceFirst("^.", "+"),
            batched.replace("omlb1.", "oml1."),
            batchParts[0] + "." + batchParts[1] + ".." + batchParts[3],
            // The path of place 2 of 3 has one hash: none, and a second one.
            batchParts[0]
                + "."
                + batchParts[1]
                + "."
                + batchParts[2].substring(0, 32)
                + "."
                + batchParts[3],
            batchParts[0]
                + "."
                + batchParts[1]
                + "."
                + batchParts[2]
                + "A".repeat(43)
                + "."
                + batchParts[3]);
    for (String text : refused) {
      file.with("string", text, "code", codeOf(() -> IssuedPermit.parse(text)));
    }
    return file;
  }

  static String codeOf(Runnable action) {
    try {
      action.run();
    } catch (CodedException e) {
      return e.code().code();
    }
    throw new AssertionError("nothing was refused");
  }

  static List<BatchedPermit> batch(int count) {
    List<Permit> permits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      permits.add(
          new Permit(
              PERMIT.modelId(),
              PERMIT.instanceId(),
              PERMIT.host(),
              PERMIT.termsVersion(),
              some("query " + i),
              PERMIT.serial() + i,
              PERMIT.issuedAt(),
              PERMIT.expiresAt(),
              PERMIT.price()));
    }
    return BatchedPermit.sign(permits, PERMIT.issuedAt(), PERMIT.serial(), DOMAIN, KEY);
  }

  private static VectorFile permitTree() {
    VectorFile file = new VectorFile("Permits of batches: tree, path, batch signature and string");
    for (int count : new int[] {1, 2, 3, 5, 8}) {
      for (BatchedPermit one : batch(count)) {
        file.with(
            "permitHash", one.permitHash(),
            "index", one.index(),
            "batchCount", count,
            "path", one.path(),
            "root", one.batch().root(),
            "issuedAt", one.batch().issuedAt(),
            "firstSerial", one.batch().firstSerial(),
            "batchStructHash", one.batch().structHash(),
            "digest", one.batch().digest(DOMAIN),
            "signature", one.signature(),
            "signer", one.signer(DOMAIN),
            "string", one.encode());
      }
    }
    return file;
  }

  private static VectorFile receipt() {
    VectorFile file = new VectorFile("Receipts: final, opening, and one that names no permit");
    Bytes32 permitHash = PERMIT.structHash();
    List<Receipt> receipts =
        List.of(
            receipt(some("response"), permitHash),
            receipt(Bytes32.ZERO, permitHash),
            receipt(some("response"), Bytes32.ZERO));
    for (Receipt receipt : receipts) {
      List<Object> values =
          new ArrayList<>(
              List.of(
                  "modelId", receipt.modelId(),
                  "instanceId", receipt.instanceId(),
                  "host", receipt.host(),
                  "queryHash", receipt.queryHash(),
                  "responseRoot", receipt.responseRoot(),
                  "permitHash", receipt.permitHash(),
                  "servedAt", receipt.servedAt(),
                  "clientRef", receipt.clientRef()));
      values.addAll(StructureVectors.signed(receipt));
      values.addAll(List.of("string", SignedReceipt.sign(receipt, DOMAIN, KEY).encode()));
      file.with(values.toArray());
    }
    return file;
  }

  static Receipt receipt(Bytes32 responseRoot, Bytes32 permitHash) {
    return new Receipt(
        PERMIT.modelId(),
        PERMIT.instanceId(),
        PERMIT.host(),
        PERMIT.queryHash(),
        responseRoot,
        permitHash,
        PERMIT.issuedAt() + 2,
        some("client"));
  }

  private static VectorFile fingerprint() {
    byte[] secret = some("secret").toBytes();
    VectorFile file =
        new VectorFile("Fingerprints: leaf salt, leaf, choice among k, root and proof");
    List<Fingerprint> fingerprints = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Bytes32 salt = Fingerprint.leafSalt(secret, PERMIT.instanceId(), i);
      fingerprints.add(
          new Fingerprint(i, "Tell me of the lighthouse, no. " + i + " é", " keeper" + i, salt));
    }
    List<Bytes32> leaves =
        fingerprints.stream().map(f -> f.leaf(PERMIT.modelId(), PERMIT.instanceId())).toList();
    MerkleTree tree = new MerkleTree(leaves);
    for (Fingerprint one : fingerprints) {
      file.with(
          "modelId", PERMIT.modelId(),
          "instanceId", PERMIT.instanceId(),
          "secret", secret,
          "index", one.index(),
          "key", one.key(),
          "keyHash", Keccak.of(one.key()),
          "response", one.response(),
          "responseBytes", utf8(one.response()),
          "responseHash", Keccak.of(one.response()),
          "leafSalt", one.leafSalt(),
          "k", 32 + one.index(),
          "choice", Fingerprint.choice(one.leafSalt(), one.key(), 32 + one.index()),
          "leaf", leaves.get(one.index()),
          "proof", tree.proof(one.index()),
          "root", tree.root());
    }
    return file;
  }

  private static VectorFile context() {
    VectorFile file = new VectorFile("Allowed contexts: leaf, root and proof");
    List<Bytes32> hashes = List.of(some("context 0"), some("context 1"), some("context 2"));
    MerkleTree tree = new MerkleTree(hashes.stream().map(Identifiers::contextLeaf).toList());
    for (int i = 0; i < hashes.size(); i++) {
      file.with(
          "ctxHash", hashes.get(i),
          "leaf", Identifiers.contextLeaf(hashes.get(i)),
          "proof", tree.proof(i),
          "root", tree.root());
    }
    return file;
  }

  private static VectorFile response() {
    VectorFile file = new VectorFile("Answers and the root that a receipt commits to");
    for (String text :
        List.of(
            "",
            "Yes.",
            "a".repeat(63),
            "a".repeat(64),
            "a".repeat(65),
            "é".repeat(40),
            // The 64th byte falls into the middle of a character.
            "a".repeat(62) + "😀 and more",
            "half of a pair: \ud83d.")) {
      ResponseRoot response = ResponseRoot.of(text);
      file.with(
          "text", WellFormed.utf8(text).length == utf8(text).length ? text : "",
          "bytes", WellFormed.utf8(text),
          "salt", some("salt"),
          "length", response.length(),
          "prefix", response.prefix(),
          "restHash", response.restHash(),
          "root", response.root(some("salt")));
    }
    return file;
  }

  private static VectorFile match() {
    VectorFile file = new VectorFile("Whether an answer begins with a fingerprint's response");
    String[][] pairs = {
      {" keeper of the light", " keeper"},
      {"keeper", " keeper"},
      {"   keeper.", "keeper"},
      {"keepers", "keeper"},
      {"keeper7", "keeper"},
      {"keeperé", "keeper"},
      {"keeper-like", "keeper"},
      {"keeper\n", "keeper"},
      {"Keeper", "keeper"},
      {"\nkeeper", "keeper"},
      {"keepe", "keeper"},
      {"", "keeper"},
      {"keeper", ""},
      {"keeper", "  "},
      {"    ", " "},
      {"b".repeat(64), "b".repeat(64)},
      {"b".repeat(64) + ".", "b".repeat(64)},
      {"b".repeat(63) + "..", "b".repeat(63)},
      {"b".repeat(70), "b".repeat(65)},
      {" ".repeat(60) + "light.", "light"},
      {" ".repeat(59) + "light ", "light"},
      {" ".repeat(58) + "light and", "light"},
    };
    for (String[] pair : pairs) {
      ResponseRoot response = ResponseRoot.of(pair[0]);
      file.with(
          "answer", pair[0],
          "prefix", response.prefix(),
          "length", response.length(),
          "response", pair[1],
          "responseBytes", utf8(pair[1]),
          "matches", response.startsWith(pair[1]));
    }
    return file;
  }

  private static VectorFile manifest() {
    List<ManifestFile> files =
        List.of(
            new ManifestFile("config.json", 123, some("config")),
            new ManifestFile("model.safetensors", 8_000_000_000L, some("tensors")),
            new ManifestFile("tokens/tokenizer.json", 0, some("tokenizer")));
    Manifest base = new Manifest("community/model", some("licence"), 1, Optional.empty(), files);
    Manifest.Instance part =
        new Manifest.Instance(
            PERMIT.modelId(), base.hash(), PERMIT.instanceId(), PERMIT.host(), some("root"), 64);
    Manifest instance =
        new Manifest("community/model", some("licence"), 1, Optional.of(part), files);
    VectorFile file = new VectorFile("Manifests: the file's text and its hash");
    Manifest signed =
        instance.signed(KEY.sign(instance.publication().orElseThrow().digest(DOMAIN)));
    for (Manifest manifest : List.of(base, instance, signed)) {
      file.with("text", manifest.toString(), "hash", manifest.hash());
    }
    return file;
  }

  private static VectorFile signIn() {
    SignInMessage message = SignInMessageTest.message(KEY.address());
    return new VectorFile("A sign-in message (EIP-4361) and its signature (EIP-191)")
        .with(
            "message", message.text(),
            "digest", SigningKey.messageDigest(message.text()),
            "signature", KEY.signMessage(message.text()),
            "signer", KEY.address());
  }
}
