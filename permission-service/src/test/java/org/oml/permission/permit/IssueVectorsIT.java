package org.oml.permission.permit;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.permission.host.TestChain;
import org.oml.permission.ledger.Entry;
import org.oml.permission.ledger.LedgerSchema;
import org.oml.permission.ledger.PostgresLedger;
import org.oml.permission.signer.KeystoreSigner;
import org.oml.permission.signer.SignerRing;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The protocol's vectors of issuing, replay and expiry, run against the issuer and its ledger. */
final class IssueVectorsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SigningKey SIGNER = SigningKey.of(Keccak.of("signer"));
  private static final SigningDomain DOMAIN = new SigningDomain(BigInteger.ONE, Address.ZERO);
  private static final Bytes32 MODEL = Keccak.of("oml test vector: model");

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyRequestOfEveryFileHasItsOutcome(Form form) throws Exception {
    Map<String, JsonNode> files = files();
    assertThat(files).hasSizeGreaterThanOrEqualTo(15);
    for (Map.Entry<String, JsonNode> file : files.entrySet()) {
      LedgerSchema.create(postgres.getPostgresDatabase());
      run(file.getKey(), file.getValue().required("cases"), form);
    }
  }

  private static Map<String, JsonNode> files() throws IOException {
    Map<String, JsonNode> files = new LinkedHashMap<>();
    for (Resource file :
        new PathMatchingResourcePatternResolver()
            .getResources("classpath:org/oml/protocol/vectors/issue-*.json")) {
      files.put(file.getFilename(), JSON.readTree(file.getContentAsByteArray()));
    }
    return files;
  }

  private static void run(String file, JsonNode cases, Form form) {
    MovingClock clock = new MovingClock();
    clock.now = Instant.ofEpochSecond(number(cases.get(0), "at"));
    List<String> permits = new ArrayList<>();
    try (PostgresLedger ledger =
        new PostgresLedger(
            postgres.getPostgresDatabase(),
            new PostgresLedger.Settings(64, 1, Duration.ofDays(1)),
            clock)) {
      int at = 0;
      while (at < cases.size()) {
        List<JsonNode> request = requestFrom(cases, at);
        clock.now = Instant.ofEpochSecond(number(request.getFirst(), "at"));
        List<Object> outcomes = ask(ledger, clock, request, form);
        for (int i = 0; i < request.size(); i++) {
          String expected = text(request.get(i), "outcome");
          permits.add(check(file + " case " + (at + i + 1), expected, outcomes.get(i), permits));
        }
        at += request.size();
      }
    }
  }

  private static List<JsonNode> requestFrom(JsonNode cases, int first) {
    List<JsonNode> request = new ArrayList<>();
    for (int i = first;
        i < cases.size() && text(cases.get(i), "request").equals(text(cases.get(first), "request"));
        i++) {
      request.add(cases.get(i));
    }
    return request;
  }

  /** For each case a permit's string or a code. */
  private static List<Object> ask(
      PostgresLedger ledger, MovingClock clock, List<JsonNode> request, Form form) {
    JsonNode first = request.getFirst();
    Address host = Address.parse(text(first, "host"));
    Bytes32 instanceId = Bytes32.parse(text(first, "instanceId"));
    TestChain chain =
        new TestChain()
            .terms(MODEL, BigInteger.ONE)
            .instance(MODEL, instanceId, host)
            .prepaid(MODEL, host, new BigInteger(text(first, "prepaid")))
            .signer(SIGNER.address(), 0);
    PermitIssuer issuer =
        new PermitIssuer(
            () -> chain.at(clock.now),
            ledger,
            DOMAIN,
            new SignerRing(List.of(new KeystoreSigner(SIGNER))),
            new PermitIssuer.Policy(Duration.ofSeconds(600), Duration.ofSeconds(60), 100, 1_000),
            clock);
    List<Bytes32> hashes =
        request.stream().map(one -> Bytes32.parse(text(one, "queryHash"))).toList();
    try {
      return issuer.issue(host, hashes, Optional.of(instanceId), form).entries().stream()
          .<Object>map(
              entry ->
                  switch (entry) {
                    case Entry.Recorded(IssuedPermit permit) -> permit;
                    case Entry.Refused(var reason, var detail) -> reason.code();
                  })
          .toList();
    } catch (CodedException e) {
      return request.stream().<Object>map(one -> e.code().code()).toList();
    }
  }

  /**
   * @return the permit's string, empty if there is none
   */
  private static String check(String name, String expected, Object outcome, List<String> earlier) {
    if (!(outcome instanceof IssuedPermit permit)) {
      assertThat(outcome).as(name).isEqualTo(expected);
      return "";
    }
    assertThat(permit.signer(DOMAIN)).as(name).isEqualTo(SIGNER.address());
    if (expected.equals("new")) {
      assertThat(earlier).as(name).doesNotContain(permit.encode());
    } else {
      int same = Integer.parseInt(expected.substring("same as ".length()));
      assertThat(permit.encode()).as(name).isEqualTo(earlier.get(same - 1));
    }
    assertThat(IssuedPermit.parse(permit.encode())).isEqualTo(permit);
    return permit.encode();
  }

  private static String text(JsonNode one, String name) {
    return one.required(name).asString();
  }

  private static long number(JsonNode one, String name) {
    return Long.parseLong(text(one, name));
  }

  private static final class MovingClock implements InstantSource {

    private volatile Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      return now;
    }
  }
}
