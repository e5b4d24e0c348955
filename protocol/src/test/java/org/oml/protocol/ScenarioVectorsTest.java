package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Runs the files of scenarios as another implementation would: from what they say alone. */
class ScenarioVectorsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Path> answers() throws IOException {
    return files("answer-");
  }

  static List<Path> equivocations() throws IOException {
    return files("equivocation-");
  }

  private static List<Path> files(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(Vectors.DIRECTORY)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  private static Iterable<JsonNode> cases(Path file) throws IOException {
    return JSON.readTree(Files.readAllBytes(file)).required("cases");
  }

  @ParameterizedTest
  @MethodSource("answers")
  void aPermitAllowsAnAnswerOrNot(Path file) throws IOException {
    for (JsonNode one : cases(file)) {
      Address signer = Address.parse(text(one, "signer"));
      long validFrom = Long.parseLong(text(one, "validFrom"));
      long retiredAt = Long.parseLong(text(one, "retiredAt"));
      PermitCheck check =
          new PermitCheck(
              domain(one),
              Address.parse(text(one, "host")),
              (key, issuedAt) ->
                  key.equals(signer) && validFrom <= issuedAt && issuedAt < retiredAt);
      String outcome =
          check
              .fault(
                  IssuedPermit.parse(text(one, "permit")),
                  Bytes32.parse(text(one, "queryHash")),
                  Long.parseLong(text(one, "now")))
              .map(ProtocolError::code)
              .orElse("OK");
      assertThat(outcome).as(text(one, "name")).isEqualTo(text(one, "outcome"));
    }
  }

  @ParameterizedTest
  @MethodSource("equivocations")
  void twoReceiptsContradictEachOtherOrNot(Path file) throws IOException {
    for (JsonNode one : cases(file)) {
      SignedReceipt first = SignedReceipt.parse(text(one, "first"));
      SignedReceipt second = SignedReceipt.parse(text(one, "second"));
      SigningDomain domain = domain(one);
      boolean expected = one.required("equivocation").asBoolean();
      assertThat(Equivocation.isShownBy(first, second, domain))
          .as(text(one, "name"))
          .isEqualTo(expected);
      assertThat(Equivocation.isShownBy(second, first, domain)).isEqualTo(expected);
      assertThat(first.signer(domain)).hasToString(text(one, "firstSigner"));
      assertThat(second.signer(domain)).hasToString(text(one, "secondSigner"));
    }
  }

  private static SigningDomain domain(JsonNode one) {
    return new SigningDomain(
        new BigInteger(text(one, "chainId")), Address.parse(text(one, "permitLedger")));
  }

  private static String text(JsonNode one, String name) {
    return one.required(name).asString();
  }
}
