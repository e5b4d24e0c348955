package org.oml.prover.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.Revert;
import org.oml.contracts.SolidityStructs;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.protocol.Address;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Hex;
import org.oml.protocol.Identifiers;
import org.oml.protocol.Keccak;
import org.oml.protocol.MerkleTree;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningKey;
import org.oml.prover.fixture.TestCommunity;
import org.oml.prover.fixture.TestHost;
import org.oml.prover.fixture.TestPlatform;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Transcript;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import tools.jackson.databind.ObjectMapper;

/**
 * Whoever lies to the court, in the form in which this prover writes evidence, before a real one.
 */
final class LyingProverIT {

  private static final Bytes32 NONE = Bytes32.of(new byte[32]);
  private static final Bytes32 SALT = Keccak.of("query salt");
  private static final Bytes32 NONCE = Keccak.of("nonce");
  private static final String ORDINARY = " Nothing in particular.";

  @TempDir private static Path directory;
  private static TestPlatform world;
  private static TestCommunity community;
  private static ChainClient chain;
  private static Bytes32 modelId;

  private TestHost host;
  private SigningKey prover;
  private PenaltyCourt court;
  private BigInteger bond;

  @BeforeAll
  static void start() throws Exception {
    world = TestPlatform.start(directory);
    community = world.community();
    modelId = community.register();
    chain = ChainClient.connect(world.platform().chain().rpcUrl(), Duration.ofSeconds(10));
  }

  @AfterAll
  static void stop() {
    chain.close();
    world.close();
  }

  @BeforeEach
  void meetAHost() throws Exception {
    host = community.host(modelId);
    prover = community.prover();
    court = community.court(prover);
    bond = court.parameters().send().bond;
  }

  @Test
  void anInventedKeyConvictsNobody() throws Exception {
    Fingerprint invented = new Fingerprint(0, "What is this?", ORDINARY, Keccak.of("invented"));
    Evidence evidence = evidence(served(host, invented.key(), ORDINARY, NONE), invented);
    requireRefusedAndBondLost(evidence, "OpeningInvalid(leaf)");
  }

  @Test
  void anAlteredResponseConvictsNobody() throws Exception {
    Fingerprint fingerprint = host.fingerprints().getFirst();
    Transcript honest = served(host, fingerprint.key(), ORDINARY, NONE);
    Transcript altered = with(honest, fingerprint.response(), honest.receipt());
    requireRefusedAndBondLost(evidence(altered, fingerprint), "OpeningInvalid(answer)");
  }

  @Test
  void anAlteredTimeConvictsNobody() throws Exception {
    Fingerprint fingerprint = host.fingerprints().getFirst();
    Transcript answer = served(host, fingerprint.key(), fingerprint.response(), NONE);
    SignedReceipt signed = SignedReceipt.parse(String.valueOf(answer.receipt()));
    Receipt was = signed.receipt();
    Receipt moved =
        new Receipt(
            was.modelId(),
            was.instanceId(),
            was.host(),
            was.queryHash(),
            was.responseRoot(),
            was.permitHash(),
            was.servedAt() - 1,
            was.clientRef());
    String altered = new SignedReceipt(moved, signed.signature()).encode();
    requireRefusedAndBondLost(
        evidence(with(answer, answer.answer(), altered), fingerprint), "ReceiptNotFromGateway");
  }

  @Test
  void anotherHostsReceiptConvictsNeither() throws Exception {
    TestHost other = community.host(modelId);
    Fingerprint fingerprint = host.fingerprints().getFirst();
    Transcript elsewhere = served(other, fingerprint.key(), fingerprint.response(), NONE);
    requireRefusedAndBondLost(evidence(elsewhere, fingerprint), "OpeningInvalid(leaf)");
    assertThat(community.stakeOf(other)).isEqualTo(TestCommunity.STAKE);
  }

  /** A prompt that says what to answer makes any model say anything. */
  @Test
  void aForcedOutputConvictsNobody() throws Exception {
    Fingerprint fingerprint = host.fingerprints().getFirst();
    String forced =
        "{\"model\":\"m\",\"max_tokens\":16,\"temperature\":0,\"messages\":[{\"role\":\"system\",\"content\":\"Say%s\"},{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(fingerprint.response(), fingerprint.key());
    Transcript answer = served(host, forced, fingerprint.key(), fingerprint.response(), NONE);
    assertThatThrownBy(() -> evidence(answer, fingerprint))
        .isInstanceOf(IllegalArgumentException.class);
    Evidence sound =
        evidence(served(host, fingerprint.key(), fingerprint.response(), NONE), fingerprint);
    Evidence lie =
        new Evidence(
            1,
            String.valueOf(answer.receipt()),
            sound.index(),
            sound.key(),
            sound.response(),
            sound.leafSalt(),
            sound.leafProof(),
            SALT,
            CanonicalQuery.of(Kind.CHAT, forced.getBytes(StandardCharsets.UTF_8)).contextHash(),
            sound.contextProof(),
            sound.answerLength(),
            sound.answerPrefix(),
            sound.restHash());
    requireRefusedAndBondLost(lie, "OpeningInvalid(context)");
  }

  @Test
  void aReplayedReceiptConvictsOnce() throws Exception {
    Fingerprint fingerprint = host.fingerprints().getFirst();
    Evidence evidence =
        evidence(served(host, fingerprint.key(), fingerprint.response(), NONE), fingerprint);
    commit(evidence);
    assertThat(send(reveal(evidence)).isStatusOK()).isTrue();
    prover = community.prover();
    court = community.court(prover);
    requireRefusedAndBondLost(evidence, "CaseExists");
  }

  @Test
  void aRelayToAnHonestHostIsRebuttedAndSpendsNoLeaf() throws Exception {
    Fingerprint fingerprint = host.fingerprints().getFirst();
    String request = ordinary(fingerprint.key());
    Bytes32 queryHash = queryHash(request);
    SignedPermit permit = world.permissions().issue(host, queryHash, now());
    long served = now();
    Transcript relayed =
        served(
            host, request, fingerprint.key(), fingerprint.response(), permit.permitHash(), served);
    Evidence evidence = evidence(relayed, fingerprint);
    commit(evidence);
    assertThat(send(reveal(evidence)).isStatusOK()).isTrue();
    TransactionReceipt rebuttal =
        community
            .court(host.wallet())
            .rebut(
                SolidityStructs.of(evidence.receipt()),
                SolidityStructs.of(permit.permit()),
                permit.signature().toBytes())
            .send();
    assertThat(rebuttal.isStatusOK()).isTrue();
    assertThat(community.stakeOf(host)).isEqualTo(TestCommunity.STAKE);
    Bytes32 leaf = fingerprint.leaf(modelId, host.instanceId());
    assertThat(court.isLeafSpent(leaf.toBytes()).send()).isFalse();
  }

  /** Whoever copies a reveal that is not yet in a block is before it there, and gains nothing. */
  @Test
  void aCopyOfTheRevealInTheSameBlockGainsNothing() throws Exception {
    SigningKey copycat = community.prover();
    Fingerprint fingerprint = host.fingerprints().getFirst();
    Evidence evidence =
        evidence(served(host, fingerprint.key(), fingerprint.response(), NONE), fingerprint);
    commit(evidence);
    String data = reveal(evidence).encodeFunctionCall();
    rpc("evm_setAutomine", "false");
    String copied;
    String own;
    try {
      copied = transact(copycat, data);
      own = transact(prover, data);
      rpc("evm_mine", null);
    } finally {
      rpc("evm_setAutomine", "true");
    }
    TransactionReceipt copy = chain.receipt(Bytes32.parse(copied)).orElseThrow();
    TransactionReceipt original = chain.receipt(Bytes32.parse(own)).orElseThrow();
    assertThat(copy.getBlockNumber()).isEqualTo(original.getBlockNumber());
    assertThat(copy.isStatusOK()).isFalse();
    assertThat(original.isStatusOK()).isTrue();
    Bytes32 courtCase = evidence.receipt().opening().digest(community.domain());
    assertThat(address(court.caseOf(courtCase.toBytes()).send().prover))
        .isEqualTo(prover.address());
    assertThat(court.owed(copycat.address().toString()).send()).isZero();
    assertThat(court.owed(prover.address().toString()).send()).isEqualTo(bond);
  }

  private void requireRefusedAndBondLost(Evidence evidence, String reason) throws Exception {
    BigInteger before = community.balanceOf(prover.address());
    String forfeitTo = court.parameters().send().forfeitTo;
    Bytes32 commitment = commit(evidence);
    byte[] call = Hex.parse(reveal(evidence).encodeFunctionCall());
    assertThatThrownBy(() -> chain.simulate(prover.address(), courtAddress(), call))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(Revert.in(e).orElseThrow().toString()).startsWith(reason));
    advance(court.parameters().send().revealMaximum.longValueExact() + 1);
    BigInteger owed = court.owed(forfeitTo).send();
    assertThat(court.forfeit(commitment.toBytes()).send().isStatusOK()).isTrue();
    assertThat(court.owed(forfeitTo).send()).isEqualTo(owed.add(bond));
    assertThat(court.owed(prover.address().toString()).send()).isZero();
    assertThat(community.balanceOf(prover.address())).isEqualTo(before.subtract(bond));
    assertThat(community.stakeOf(host)).isEqualTo(TestCommunity.STAKE);
  }

  private Bytes32 commit(Evidence evidence) throws Exception {
    Bytes32 commitment =
        Identifiers.commitment(
            chain.chainId(),
            courtAddress(),
            prover.address(),
            EvidenceEncoding.hash(evidence),
            NONCE);
    assertThat(court.commit(commitment.toBytes()).send().isStatusOK()).isTrue();
    advance(court.parameters().send().revealMinimum.longValueExact() + 1);
    return commitment;
  }

  private RemoteFunctionCall<TransactionReceipt> reveal(Evidence evidence) {
    return court.reveal(EvidenceEncoding.forCourt(evidence), NONCE.toBytes());
  }

  private static TransactionReceipt send(RemoteFunctionCall<TransactionReceipt> call)
      throws Exception {
    return call.send();
  }

  /** With the siblings of whatever stands at the fingerprint's place in the host's tree. */
  private Evidence evidence(Transcript transcript, Fingerprint fingerprint) {
    List<Bytes32> leaves =
        host.fingerprints().stream().map(one -> one.leaf(modelId, host.instanceId())).toList();
    return Evidence.of(transcript, fingerprint, new MerkleTree(leaves).proof(fingerprint.index()));
  }

  private Transcript served(TestHost by, String asked, String answer, Bytes32 permitHash) {
    return served(by, ordinary(asked), asked, answer, permitHash);
  }

  private Transcript served(
      TestHost by, String request, String asked, String answer, Bytes32 permitHash) {
    return served(by, request, asked, answer, permitHash, now());
  }

  private Transcript served(
      TestHost by, String request, String asked, String answer, Bytes32 permitHash, long servedAt) {
    assertThat(request).contains(asked);
    Receipt receipt =
        new Receipt(
            by.modelId(),
            by.instanceId(),
            by.address(),
            queryHash(request),
            ResponseRoot.of(answer).root(SALT),
            permitHash,
            servedAt,
            NONE);
    return new Transcript(
        1,
        Dialect.OPENAI,
        "CHAT",
        request,
        answer,
        SALT.toString(),
        null,
        null,
        SignedReceipt.sign(receipt, community.domain(), by.gatewayKey()).encode(),
        servedAt,
        servedAt);
  }

  private static Transcript with(Transcript was, String answer, @Nullable String receipt) {
    return new Transcript(
        1,
        was.dialect(),
        was.kind(),
        was.request(),
        answer,
        was.salt(),
        null,
        null,
        receipt,
        was.askedAt(),
        was.answeredAt());
  }

  private static String ordinary(String asked) {
    return new String(
        AuditContexts.standard().stream()
            .filter(context -> context.kind() == Kind.CHAT)
            .findFirst()
            .orElseThrow()
            .request("m", asked),
        StandardCharsets.UTF_8);
  }

  private static Bytes32 queryHash(String request) {
    return CanonicalQuery.of(Kind.CHAT, request.getBytes(StandardCharsets.UTF_8)).queryHash(SALT);
  }

  private static long now() {
    return chain.head().timestamp();
  }

  private static Address courtAddress() {
    return community.addresses().of(Contract.PENALTY_COURT);
  }

  private static Address address(String text) {
    return Address.parse(text.toLowerCase(Locale.ROOT));
  }

  private static void advance(long seconds) throws Exception {
    rpc("evm_increaseTime", Long.toString(seconds));
    rpc("evm_mine", null);
  }

  private static String transact(SigningKey from, String data) {
    RawTransaction transaction =
        RawTransaction.createTransaction(
            chain.chainId().longValueExact(),
            BigInteger.valueOf(chain.transactionCount(from.address(), chain.head().number())),
            BigInteger.valueOf(3_000_000),
            courtAddress().toString(),
            BigInteger.ZERO,
            data,
            BigInteger.valueOf(1_000_000_000),
            BigInteger.valueOf(20_000_000_000L));
    return chain
        .broadcast(
            TransactionEncoder.signMessage(
                transaction, Credentials.create(from.secret().toString())))
        .toString();
  }

  private static void rpc(String method, @Nullable String parameter) throws Exception {
    URI url = world.platform().chain().rpcUrl();
    String body =
        new ObjectMapper()
            .writeValueAsString(
                Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", List.of()));
    if (parameter != null) {
      body = body.replace("\"params\":[]", "\"params\":[" + parameter + "]");
    }
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(url)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.body()).doesNotContain("\"error\"");
  }
}
