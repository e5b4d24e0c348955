package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.protocol.CanonicalQuery.Kind;

/** Queries, answers, leaves and trees. */
class HashedTextTest {

  @Test
  void contextIsTheCanonicalFormOfRfc8785() {
    // The example of RFC 8785, section 3.2.2 and 3.2.3, with a prompt beside.
    String body =
        """
        {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
         "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
         "literals": [null, true, false], "prompt": "question"}""";
    String canonical =
        "{\"literals\":[null,true,false],"
            + "\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\"prompt\":\"\","
            + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
    CanonicalQuery query = CanonicalQuery.of(Kind.COMPLETION, utf8(body));
    assertThat(query.userText()).isEqualTo("question");
    assertThat(query.contextHash()).isEqualTo(Keccak.of(new byte[] {2}, utf8(canonical)));
  }

  @Test
  void whateverForcesAnAnswerChangesTheContext() {
    String plain = "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]";
    Set<Bytes32> contexts = new HashSet<>();
    List<String> bodies =
        List.of(
            plain + "}",
            plain + ",\"logit_bias\":{\"7\":100}}",
            plain + ",\"grammar\":\"x\"}",
            "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"q\"}]}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"p\"}]}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"p\"},{\"role\":\"user\",\"content\":\"q\"}]}");
    bodies.forEach(body -> contexts.add(CanonicalQuery.of(Kind.CHAT, utf8(body)).contextHash()));
    assertThat(contexts).hasSize(bodies.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 65, 200})
  void answerHasTheSameRootHoweverItIsCut(int length) {
    Random random = new Random(length);
    for (int round = 0; round < 50; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < length; i++) {
        text.appendCodePoint(
            switch (random.nextInt(4)) {
              case 0 -> 'a' + random.nextInt(26);
              case 1 -> 0xC0 + random.nextInt(500);
              case 2 -> 0x4E00 + random.nextInt(500);
              default -> 0x1F600 + random.nextInt(60);
            });
      }
      ResponseRoot.Stream stream = new ResponseRoot.Stream();
      int at = 0;
      while (at < text.length()) {
        int next = Math.min(text.length(), at + random.nextInt(5));
        stream.add(text.substring(at, next));
        at = next;
      }
      ResponseRoot whole = ResponseRoot.of(text.toString());
      assertThat(stream.finish()).isEqualTo(whole);
      assertThat(whole.length()).isEqualTo(utf8(text.toString()).length);
    }
  }

  @Test
  void halfOfAPairCountsAsTheReplacementCharacter() {
    assertThat(ResponseRoot.of("a\ud83d")).isEqualTo(ResponseRoot.of("a\ufffd"));
    assertThat(ResponseRoot.of("\ude00a")).isEqualTo(ResponseRoot.of("\ufffda"));
    assertThat(new ResponseRoot.Stream().add("\ud83d").add("").add("\ude00").finish())
        .isEqualTo(ResponseRoot.of("😀"));
  }

  @Test
  void rootIsWhatTheSpecificationSays() {
    ResponseRoot root = ResponseRoot.of("b".repeat(64) + "rest");
    assertThat(root.root(Vectors.some("salt")))
        .isEqualTo(
            Keccak.of(
                utf8("oml.resp.v1"),
                Vectors.some("salt").toBytes(),
                new byte[] {0, 0, 0, 0, 0, 0, 0, 68},
                Keccak.of("b".repeat(64)).toBytes(),
                Keccak.of("rest").toBytes()));
  }

  @Test
  void matchesAsTheTableSays() {
    // Stated here by hand, since the vectors' values come from the code.
    assertThat(Fingerprint.matches(" keeper of", " keeper")).isTrue();
    assertThat(Fingerprint.matches("keeper", " keeper")).isTrue();
    assertThat(Fingerprint.matches("keeper.", "keeper")).isTrue();
    assertThat(Fingerprint.matches("keepers", "keeper")).isFalse();
    assertThat(Fingerprint.matches("keeperé", "keeper")).isFalse();
    assertThat(Fingerprint.matches("Keeper", "keeper")).isFalse();
    assertThat(Fingerprint.matches("a keeper", "keeper")).isFalse();
    assertThat(Fingerprint.matches("keeper", " ")).isFalse();
    // The byte behind the response is the 65th: nobody can tell on chain.
    assertThat(Fingerprint.matches(" ".repeat(58) + "keeper.", "keeper")).isFalse();
    assertThat(Fingerprint.matches(" ".repeat(58) + "keeper", "keeper")).isTrue();
  }

  @Test
  void everyLeafOfATreeIsProvedAndNoOther() {
    Random random = new Random(5);
    for (int count = 1; count <= 40; count++) {
      List<Bytes32> leaves = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        leaves.add(Vectors.some("leaf " + random.nextLong()));
      }
      MerkleTree tree = new MerkleTree(leaves);
      for (int i = 0; i < count; i++) {
        assertThat(MerkleTree.verify(tree.root(), leaves.get(i), tree.proof(i))).isTrue();
        assertThat(MerkleTree.verify(tree.root(), Vectors.some("no leaf"), tree.proof(i)))
            .isFalse();
      }
    }
  }

  @Test
  void choiceIsSpreadOverAllCandidates() {
    int[] chosen = new int[8];
    for (int i = 0; i < 4_000; i++) {
      chosen[Fingerprint.choice(Vectors.some("salt " + i), "key", 8)]++;
    }
    for (int count : chosen) {
      assertThat(count).isBetween(400, 600);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
      })
  void addressHasTheChecksumOfEip55(String text) {
    assertThat(Address.parse(text).toString()).isEqualTo(text);
    String wrong = text.replaceFirst("B", "b");
    assertThatThrownBy(() -> Address.parse(wrong)).isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> Address.parse(text.substring(2))).isInstanceOf(CodedException.class);
  }

  @Test
  void hexOfAnyLengthIsReadOrRefusedWithoutHarm() {
    assertThat(Hex.parse("0x" + "ab".repeat(1_000_000))).hasSize(1_000_000);
    for (String bad : List.of("", "0", "0x0", "0xAB", "0x0g", "ab", "x0ab")) {
      assertThatThrownBy(() -> Hex.parse(bad))
          .isInstanceOfSatisfying(
              CodedException.class, e -> assertThat(e.code()).isEqualTo(ProtocolError.HEX_INVALID));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
