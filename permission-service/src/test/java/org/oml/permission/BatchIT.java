package org.oml.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.permission.fixture.Polling;
import org.oml.permission.fixture.RunningService;
import org.oml.permission.fixture.TestCommunity;
import org.oml.permission.fixture.TestHost;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.oml.protocol.UsageAck;
import org.oml.servicekit.fixture.TestCaller;
import org.oml.servicekit.fixture.TestCaller.Answer;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Batches, blank permits, acknowledgements, statements and the lookups of provers. */
@ExtendWith(RunningService.Resolver.class)
final class BatchIT {

  private static final BigInteger STAKE = TestCommunity.MINIMUM_STAKE;

  private final RunningService service;

  BatchIT(RunningService service) {
    this.service = service;
  }

  private TestHost hostWithPermits(long permits) throws Exception {
    return service.host(STAKE, TestCommunity.PRICE.multiply(BigInteger.valueOf(permits)));
  }

  private SigningDomain domain() {
    return service.community().addresses().signingDomain();
  }

  private static List<String> hashes(String name, int count) {
    String salt = SigningKey.random().address().toString();
    return IntStream.range(0, count).mapToObj(i -> Keccak.of(salt + name + i).toString()).toList();
  }

  private static Answer ask(TestCaller caller, List<String> hashes, String form) throws Exception {
    return caller.post("/v1/permits/batch", Map.of("queryHashes", hashes, "form", form));
  }

  private List<IssuedPermit> permitsIn(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    List<IssuedPermit> permits = new ArrayList<>();
    for (JsonNode one : answer.body().required("permits")) {
      IssuedPermit permit = IssuedPermit.parse(one.required("permit").asString());
      assertThat(permit.signer(domain())).isEqualTo(service.signer());
      assertThat(one.required("permitHash").asString()).isEqualTo(permit.permitHash().toString());
      permits.add(permit);
    }
    return permits;
  }

  @ParameterizedTest
  @ValueSource(strings = {"single", "merkle"})
  void answersAPermitForEachQueryOfABatchAndTheSameOnesAgain(String form) throws Exception {
    TestHost host = hostWithPermits(600);
    TestCaller gateway = service.caller(host.gatewayKey());
    List<String> hashes = hashes("batch", 300);
    List<IssuedPermit> first = permitsIn(ask(gateway, hashes, form));
    assertThat(first.stream().map(one -> one.permit().queryHash().toString()))
        .isEqualTo(hashes)
        .hasSize(300);
    assertThat(first)
        .allMatch(permit -> permit instanceof BatchedPermit == form.equals("merkle"))
        .allMatch(permit -> permit.permit().host().equals(host.address()));
    assertThat(permitsIn(ask(gateway, hashes, "single"))).isEqualTo(first);
    assertThat(permitsIn(ask(gateway, hashes.subList(7, 9), "merkle")))
        .isEqualTo(first.subList(7, 9));
    Answer alone = RunningService.ask(gateway, hashes.get(299));
    assertThat(alone.body().required("permit").asString()).isEqualTo(first.get(299).encode());
    Answer found = service.caller(service.prover()).get("/v1/permits/" + hashes.get(3));
    assertThat(found.body().required("permits").get(0).required("permit").asString())
        .isEqualTo(first.get(3).encode());
    assertThat(usage(gateway, host, "permits")).isEqualTo("300");
  }

  private static String usage(TestCaller caller, TestHost host, String member) throws Exception {
    return caller.get("/v1/hosts/" + host.address() + "/usage").body().required(member).asString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"single", "merkle"})
  void refusesTheRestOfABatchOneByOne(String form) throws Exception {
    TestHost host = hostWithPermits(5);
    TestCaller gateway = service.caller(host.gatewayKey());
    List<String> hashes = hashes("poor", 8);
    permitsIn(ask(gateway, hashes.subList(1, 3), form));
    Answer answer = ask(gateway, hashes, form);
    assertThat(permitsIn(answer)).hasSize(5);
    Set<Long> serials = new HashSet<>();
    permitsIn(answer).forEach(permit -> serials.add(permit.permit().serial()));
    assertThat(serials).hasSize(5);
    assertThat(answer.body().required("refused"))
        .hasSize(3)
        .allMatch(one -> one.required("code").asString().equals("PERMISSION_BALANCE_TOO_SMALL"));
    assertThat(usage(gateway, host, "permits")).isEqualTo("5");
  }

  @Test
  void takesTheLargestBatchAndNoLargerOneAndNoneThatRepeatsItself() throws Exception {
    TestHost host = hostWithPermits(5_000);
    TestCaller gateway = service.caller(host.gatewayKey());
    assertThat(permitsIn(ask(gateway, hashes("large", 4096), "merkle"))).hasSize(4096);
    assertThat(ask(gateway, hashes("larger", 4097), "merkle").problem())
        .isEqualTo("400 PERMISSION_BATCH_SIZE");
    assertThat(ask(gateway, List.of(), "single").problem()).isEqualTo("400 PERMISSION_BATCH_SIZE");
    String hash = Keccak.of("twice").toString();
    assertThat(ask(gateway, List.of(hash, hash), "single").problem())
        .isEqualTo("400 PERMISSION_BATCH_REPEATS");
    assertThat(ask(gateway, List.of(Bytes32.ZERO.toString()), "single").problem())
        .isEqualTo("400 PERMISSION_QUERY_HASH_ZERO");
    assertThat(RunningService.ask(gateway, Bytes32.ZERO).problem())
        .isEqualTo("400 PERMISSION_QUERY_HASH_ZERO");
    assertThat(ask(gateway, hashes("form", 1), "sealed").problem())
        .isEqualTo("400 SERVICE_BODY_UNREADABLE");
  }

  @Test
  void sellsBlankPermitsOnceForARequestAndCountsThem() throws Exception {
    TestHost host = hostWithPermits(12);
    TestCaller gateway = service.caller(host.gatewayKey());
    String request = Keccak.of("request" + host.address()).toString();
    Map<String, Object> ten = Map.of("requestId", request, "count", 10);
    Answer bought = gateway.post("/v1/permits/blank", ten);
    List<IssuedPermit> blanks = permitsIn(bought);
    assertThat(blanks).hasSize(10).allMatch(permit -> permit.permit().queryHash().isZero());
    assertThat(blanks.stream().map(IssuedPermit::permitHash)).doesNotHaveDuplicates();
    assertThat(permitsIn(gateway.post("/v1/permits/blank", ten))).isEqualTo(blanks);
    assertThat(
            gateway.post("/v1/permits/blank", Map.of("requestId", request, "count", 2)).problem())
        .isEqualTo("409 PERMISSION_REQUEST_ID_USED");
    String other = Keccak.of("other" + host.address()).toString();
    assertThat(gateway.post("/v1/permits/blank", Map.of("requestId", other, "count", 3)).problem())
        .isEqualTo("402 PERMISSION_BALANCE_TOO_SMALL");
    assertThat(gateway.post("/v1/permits/blank", Map.of("requestId", other, "count", 0)).problem())
        .isEqualTo("400 PERMISSION_BATCH_SIZE");
    permitsIn(ask(gateway, hashes("behind", 2), "single"));
    String month = YearMonth.from(Instant.now().atZone(ZoneOffset.UTC)).toString();
    JsonNode statement = gateway.get("/v1/statements/" + month).body();
    assertThat(statement.required("host").asString()).isEqualTo(host.address().toString());
    JsonNode model = statement.required("models").get(0);
    assertThat(model.required("permits").asString()).isEqualTo("12");
    assertThat(model.required("blanks").asString()).isEqualTo("10");
    assertThat(model.required("charge").asString())
        .isEqualTo(TestCommunity.PRICE.multiply(BigInteger.valueOf(12)).toString());
    assertThat(gateway.get("/v1/statements/2020-01").body().required("models")).isEmpty();
    assertThat(gateway.get("/v1/statements/2020-13").problem())
        .isEqualTo("400 PERMISSION_MONTH_MALFORMED");
  }

  @Test
  void stopsBeyondWhatTheHostAcknowledgedAndGoesOnWhenItAcknowledgesMore() throws Exception {
    TestHost host = hostWithPermits(100);
    try (ConfigurableApplicationContext strict =
        service.another("--oml.permission.max-unacknowledged=3")) {
      TestCaller gateway = service.caller(host.gatewayKey()).at(RunningService.urlOf(strict));
      Polling.until(
          "the second instance has read the chain",
          () -> gateway.get("/v1/permits/" + Keccak.of("none")).status() == 404);
      Answer first = ask(gateway, hashes("open", 5), "single");
      assertThat(permitsIn(first)).hasSize(3);
      assertThat(first.body().required("refused"))
          .allMatch(
              one -> one.required("code").asString().equals("PERMISSION_USAGE_UNACKNOWLEDGED"));

      assertThat(acknowledge(gateway, host, 4, host.gatewayKey()))
          .isEqualTo("409 PERMISSION_ACKNOWLEDGEMENT_REFUSED");
      assertThat(acknowledge(gateway, host, 2, SigningKey.random()))
          .isEqualTo("409 PERMISSION_ACKNOWLEDGEMENT_REFUSED");
      assertThat(acknowledge(service.caller(service.prover()), host, 2, host.gatewayKey()))
          .isEqualTo("403 PERMISSION_NOT_YOURS");
      assertThat(acknowledge(gateway, host, 2, host.gatewayKey())).isEqualTo("200");
      assertThat(acknowledge(gateway, host, 1, host.wallet()))
          .isEqualTo("409 PERMISSION_ACKNOWLEDGEMENT_REFUSED");
      assertThat(usage(gateway, host, "acknowledged")).isEqualTo("2");
      assertThat(permitsIn(ask(gateway, hashes("more", 5), "merkle"))).hasSize(2);
      assertThat(acknowledge(gateway, host, 5, host.wallet())).isEqualTo("200");
      assertThat(permitsIn(ask(gateway, hashes("even more", 3), "merkle"))).hasSize(3);
    }
  }

  private String acknowledge(TestCaller caller, TestHost host, long permits, SigningKey key)
      throws Exception {
    BigInteger charge = TestCommunity.PRICE.multiply(BigInteger.valueOf(permits));
    long now = Instant.now().getEpochSecond();
    UsageAck ack =
        new UsageAck(service.community().modelId(), host.address(), permits, charge, now);
    return caller
        .post(
            "/v1/acknowledgements",
            Map.of(
                "modelId", ack.modelId().toString(),
                "host", ack.host().toString(),
                "cumulativeCount", Long.toString(permits),
                "cumulativeCharge", charge.toString(),
                "at", now,
                "signature", key.sign(ack.digest(domain())).toString()))
        .problem();
  }

  @Test
  void answersAProverWhenItsCommitmentIsOnChainAndNoMoreThanThat() throws Exception {
    TestHost host = hostWithPermits(10);
    List<String> hashes = hashes("audited", 2);
    permitsIn(ask(service.caller(host.gatewayKey()), hashes, "single"));
    try (ConfigurableApplicationContext strict =
        service.another("--oml.permission.lookups-per-commitment=1")) {
      TestCaller prover = service.caller(service.lateProver()).at(RunningService.urlOf(strict));
      String path = "/v1/permits/" + hashes.getFirst();
      assertThat(prover.get(path).problem()).isEqualTo("403 PERMISSION_NOT_COMMITTED");
      service.community().commit(service.lateProver());
      Polling.until("the commitment is seen", () -> prover.get(path).status() == 200);
      assertThat(prover.get(path).status()).isEqualTo(200);
      for (String other : Collections.nCopies(2, hashes.getLast())) {
        assertThat(prover.get("/v1/permits/" + other).problem())
            .isEqualTo("403 PERMISSION_NOT_COMMITTED");
      }
    }
  }
}
