package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.abi.DefaultFunctionEncoder;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Sign;
import org.web3j.crypto.StructuredDataEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The vectors against web3j, which shares no code with this module but BouncyCastle. */
class IndependentImplementationTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The type strings as {@code docs/protocol.md} has them, not as the code does. */
  private static final Map<String, String> TYPES =
      Map.of(
          "permit",
          "Permit(bytes32 modelId,bytes32 instanceId,address host,uint32 termsVersion,bytes32 queryHash,uint64 serial,uint64 issuedAt,uint64 expiresAt,uint128 price)",
          "permit-batch",
          "PermitBatch(bytes32 root,uint32 count,uint64 issuedAt,uint64 firstSerial)",
          "receipt",
          "Receipt(bytes32 modelId,bytes32 instanceId,address host,bytes32 queryHash,bytes32 responseRoot,bytes32 permitHash,uint64 servedAt,bytes32 clientRef)",
          "licence-acceptance",
          "LicenceAcceptance(bytes32 modelId,bytes32 licenceHash,uint32 termsVersion,bytes32 baseManifestHash,address host,address gatewayKey,uint256 nonce,uint64 deadline)",
          "instance-acceptance",
          "InstanceAcceptance(bytes32 instanceId,bytes32 manifestHash,bytes32 fingerprintRoot,uint64 deadline)",
          "published-manifest",
          "PublishedManifest(bytes32 modelId,bytes32 instanceId,bytes32 manifestHash)",
          "usage-ack",
          "UsageAck(bytes32 modelId,address host,uint64 cumulativeCount,uint128 cumulativeCharge,uint64 at)",
          "no-permit",
          "NoPermit(bytes32 permitHash,uint64 checkedAt)",
          "attestation",
          "Attestation(bytes32 planId,address prover,uint32 leafIndex,bytes32 keyHash,bytes32 answerPrefixHash,bytes32 targetHash,uint64 askedAt,uint64 answeredAt,bool missingReceipt)");

  static Stream<String> structures() {
    return TYPES.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("structures")
  void agreesOnTheDigestAndTheSigner(String name)
      throws IOException, java.security.SignatureException {
    for (JsonNode vector : cases(name)) {
      var encoder = new StructuredDataEncoder(typedData(name, vector));
      byte[] digest = encoder.hashStructuredData();
      assertThat(Hex.of(digest)).isEqualTo(text(vector, "digest"));
      assertThat(signer(digest, Hex.parse(text(vector, "signature"))))
          .isEqualTo(text(vector, "signer").toLowerCase(java.util.Locale.ROOT));
    }
  }

  @Test
  void agreesOnIdentifiers() {
    for (JsonNode vector : cases("identifiers")) {
      String model =
          encode(
              new Utf8String("oml.model.v1"),
              new Uint256(new BigInteger(text(vector, "chainId"))),
              new org.web3j.abi.datatypes.Address(text(vector, "modelRegistry")),
              new org.web3j.abi.datatypes.Address(text(vector, "owner")),
              new Utf8String(text(vector, "name")));
      assertThat(Hash.sha3(model)).isEqualTo(text(vector, "modelId"));
      String commitment =
          encode(
              new Utf8String("oml.commit.v1"),
              new Uint256(new BigInteger(text(vector, "chainId"))),
              new org.web3j.abi.datatypes.Address(text(vector, "court")),
              new org.web3j.abi.datatypes.Address(text(vector, "sender")),
              new org.web3j.abi.datatypes.generated.Bytes32(
                  Hex.parse(text(vector, "evidenceHash"))),
              new org.web3j.abi.datatypes.generated.Bytes32(Hex.parse(text(vector, "nonce"))));
      assertThat(Hash.sha3(commitment)).isEqualTo(text(vector, "commitment"));
    }
  }

  @Test
  void agreesOnHashes() {
    for (JsonNode vector : cases("keccak")) {
      assertThat(Hash.sha3(text(vector, "bytes"))).isEqualTo(text(vector, "hash"));
    }
  }

  @Test
  void signsADigestAsWeb3jDoes() {
    var pair = org.web3j.crypto.ECKeyPair.create(Vectors.KEY.secret().toBytes());
    for (int i = 0; i < 20; i++) {
      Bytes32 digest = Vectors.some("digest " + i);
      var signature = Sign.signMessage(digest.toBytes(), pair, false);
      assertThat(Vectors.KEY.sign(digest))
          .isEqualTo(
              Signature.of(
                  new BigInteger(1, signature.getR()),
                  new BigInteger(1, signature.getS()),
                  signature.getV()[0]));
    }
  }

  static JsonNode cases(String name) {
    try (var in =
        Objects.requireNonNull(Permit.class.getResourceAsStream("vectors/" + name + ".json"))) {
      return JSON.readTree(in).path("cases");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static String text(JsonNode vector, String name) {
    JsonNode value = vector.path(name);
    assertThat(value.isString()).as(name).isTrue();
    return value.asString();
  }

  private static String signer(byte[] digest, byte[] signature)
      throws java.security.SignatureException {
    var data =
        new Sign.SignatureData(
            signature[64],
            java.util.Arrays.copyOf(signature, 32),
            java.util.Arrays.copyOfRange(signature, 32, 64));
    BigInteger key = Sign.signedMessageHashToKey(digest, data);
    return "0x" + org.web3j.crypto.Keys.getAddress(key);
  }

  @SuppressWarnings("rawtypes") // What web3j takes is raw.
  private static String encode(Type<?>... values) {
    List<Type> raw = new ArrayList<>(List.of(values));
    return "0x" + new DefaultFunctionEncoder().encodeParameters(raw);
  }

  private static String typedData(String name, JsonNode vector) {
    Matcher type =
        Pattern.compile("(\\w+)\\((.*)\\)").matcher(Objects.requireNonNull(TYPES.get(name)));
    assertThat(type.matches()).isTrue();
    List<Map<String, String>> members = new ArrayList<>();
    Map<String, Object> message = new LinkedHashMap<>();
    for (String member : type.group(2).split(",", -1)) {
      String[] parts = member.split(" ", -1);
      members.add(Map.of("type", parts[0], "name", parts[1]));
      // A vector's own "count" would be taken for the number of cases by readers of flat files.
      String key =
          name.equals("permit-batch") && parts[1].equals("count") ? "batchCount" : parts[1];
      JsonNode value = vector.path(key);
      message.put(parts[1], value.isBoolean() ? (Object) value.asBoolean() : value.asString());
    }
    Map<String, Object> types = new LinkedHashMap<>();
    types.put(
        "EIP712Domain",
        List.of(
            Map.of("name", "name", "type", "string"),
            Map.of("name", "version", "type", "string"),
            Map.of("name", "chainId", "type", "uint256"),
            Map.of("name", "verifyingContract", "type", "address")));
    types.put(type.group(1), members);
    Map<String, Object> domain =
        Map.of(
            "name",
            "OML",
            "version",
            "1",
            "chainId",
            Vectors.DOMAIN.chainId(),
            "verifyingContract",
            Vectors.DOMAIN.permitLedger().toString());
    Map<String, Object> data =
        Map.of("types", types, "primaryType", type.group(1), "domain", domain, "message", message);
    return new String(JSON.writeValueAsBytes(data), StandardCharsets.UTF_8);
  }
}
