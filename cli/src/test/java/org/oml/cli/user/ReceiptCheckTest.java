package org.oml.cli.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.cli.CliError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;

/** A user holds what curl saved against what the host signed. */
class ReceiptCheckTest {

  private static final SigningDomain DOMAIN = new SigningDomain(BigInteger.TEN, Address.ZERO);
  private static final SigningKey GATEWAY = SigningKey.random();
  private static final SigningKey SIGNER = SigningKey.random();
  private static final Bytes32 SALT = Keccak.of("salt");
  private static final String REQUEST =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"wer, wie, was?\"}]}";
  private static final ReceiptCheck.Keys KEYS =
      new ReceiptCheck.Keys() {
        @Override
        public Address gatewayKeyAt(Bytes32 instanceId, long time) {
          return GATEWAY.address();
        }

        @Override
        public boolean isPermitSignerAt(Address signer, long time) {
          return signer.equals(SIGNER.address());
        }
      };

  @TempDir Path directory;

  @Test
  void findsNothingWrongWithAnHonestAnswerStreamedOrNot() throws IOException {
    assertThat(check(whole("äöü", receipt("äöü", GATEWAY)), SIGNER)).isEmpty();
    assertThat(check(stream("äö", "ü", receipt("äöü", GATEWAY)), SIGNER)).isEmpty();
  }

  @Test
  void findsAnotherAnswerThanTheOneThatWasSigned() throws IOException {
    assertThat(check(whole("other", receipt("äöü", GATEWAY)), SIGNER)).containsExactly("answer");
  }

  @Test
  void findsKeysThatTheChainDoesNotKnow() throws IOException {
    assertThat(check(whole("a", receipt("a", SigningKey.random())), SIGNER))
        .containsExactly("gateway");
    assertThat(check(whole("a", receipt("a", GATEWAY)), SigningKey.random()))
        .containsExactly("signer");
  }

  @Test
  void findsThatAReceiptNamesNoPermit() throws IOException {
    SavedAnswer answer = read(whole("a", receipt("a", GATEWAY)));
    assertThat(failing(answer, Optional.empty())).containsExactly("permit");
  }

  @Test
  void readsTheLastOfSeveralHeads() throws IOException {
    Path file = directory.resolve("answer");
    Files.writeString(
        file, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nOML-Salt: 0x1\r\n\r\n{\"choices\":[]}");
    assertThat(SavedAnswer.read(file).header("oml-salt")).contains("0x1");
    assertThat(SavedAnswer.read(file).text(Kind.CHAT)).isEmpty();
  }

  @Test
  void refusesWhatIsNoAnswer() throws IOException {
    Path file = Files.writeString(directory.resolve("answer"), "{no");
    assertThatThrownBy(() -> SavedAnswer.read(file).text(Kind.CHAT))
        .isInstanceOfSatisfying(
            CodedException.class, e -> assertThat(e.code()).isEqualTo(CliError.ANSWER_UNREADABLE));
  }

  private List<String> check(String saved, SigningKey permitSigner) throws IOException {
    return failing(read(saved), Optional.of(SignedPermit.sign(permit(), DOMAIN, permitSigner)));
  }

  private SavedAnswer read(String saved) throws IOException {
    return SavedAnswer.read(Files.writeString(directory.resolve("saved"), saved));
  }

  private static List<String> failing(SavedAnswer answer, Optional<SignedPermit> permit) {
    ReceiptCheck.Evidence evidence =
        new ReceiptCheck.Evidence(
            query(),
            answer.text(Kind.CHAT),
            SALT,
            permit.map(each -> each),
            Optional.empty(),
            SignedReceipt.parse(answer.receipt().orElseThrow()));
    return new ReceiptCheck(DOMAIN, KEYS)
        .check(evidence).stream()
            .filter(finding -> !finding.holds())
            .map(ReceiptCheck.Finding::name)
            .toList();
  }

  private static CanonicalQuery query() {
    return CanonicalQuery.of(Kind.CHAT, REQUEST.getBytes(StandardCharsets.UTF_8));
  }

  private static Permit permit() {
    return new Permit(
        Bytes32.ZERO,
        Bytes32.ZERO,
        Address.ZERO,
        1,
        query().queryHash(SALT),
        1,
        1_000,
        1_600,
        BigInteger.TWO);
  }

  private static String receipt(String answer, SigningKey key) {
    Receipt receipt =
        new Receipt(
            Bytes32.ZERO,
            Bytes32.ZERO,
            Address.ZERO,
            query().queryHash(SALT),
            ResponseRoot.of(answer).root(SALT),
            permit().structHash(),
            1_100,
            Bytes32.ZERO);
    return SignedReceipt.sign(receipt, DOMAIN, key).encode();
  }

  private static String whole(String text, String receipt) {
    return "HTTP/1.1 200 \r\nOML-Receipt: "
        + receipt
        + "\r\n\r\n{\"choices\":[{\"index\":0,\"message\":{\"content\":\""
        + text
        + "\"}}]}";
  }

  private static String stream(String first, String second, String receipt) {
    return "HTTP/1.1 200 \r\nContent-Type: text/event-stream\r\n\r\n"
        + delta(first)
        + ": a comment\n\n"
        + delta(second)
        + "data: [DONE]\n\nevent: oml-receipt\ndata: {\"receipt\":\""
        + receipt
        + "\"}\n\n";
  }

  private static String delta(String text) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
  }
}
