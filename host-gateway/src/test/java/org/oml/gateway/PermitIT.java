package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.host.fixture.TestHost;
import org.oml.host.fixture.TestPermissions;
import org.oml.host.permit.PermitSource;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SigningKey;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Nothing goes out before a permit is there that would acquit. */
class PermitIT extends WithGateway {

  /** The engine is asked before the permit is there, and nothing goes out before both are. */
  @Test
  void fetchesThePermitWhileTheEngineWorks() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    engine.gates.put("wait for me", gate);
    int before = permissions.issued().size();

    CompletableFuture<HttpResponse<String>> answer =
        CLIENT.sendAsync(
            request("/v1/chat/completions", chat("wait for me", true, "gated")),
            BodyHandlers.ofString());
    Waiting.until(() -> permissions.issued().size() > before);
    assertThat(engine.asked).hasSize(1);
    assertThat(answer).isNotDone();
    gate.countDown();

    assertThat(answer.get().statusCode()).isEqualTo(200);
  }

  @Test
  void letsNothingOutWithoutAPermit() throws Exception {
    refuse(1, 403, "PERMISSION_HOST_SUSPENDED");
    HttpResponse<String> response = post("/v1/chat/completions", chat("secret", true, ""));
    requireProblem(response, 503, "HOST_PERMIT_REFUSED");
    assertThat(response.body()).contains("PERMISSION_HOST_SUSPENDED").doesNotContain("terces");
    assertThat(response.headers().firstValue("OML-Salt")).isEmpty();
  }

  @Test
  void survivesAPermissionServiceThatIsAwayForAMoment() throws Exception {
    refuse(3, 503, "SERVICE_DATABASE_AWAY");
    assertThat(post("/v1/chat/completions", chat("patience", false, "")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesWhenThePermissionServiceStaysAway() throws Exception {
    refuse(1_000, 503, "SERVICE_DATABASE_AWAY");
    HttpResponse<String> response = post("/v1/chat/completions", chat("patience", false, ""));
    requireProblem(response, 503, "HOST_PERMIT_UNAVAILABLE");
    assertThat(header(response, "Retry-After")).isEqualTo("1");
  }

  @Test
  void signsInAgainWhenItsTokenIsRefused() throws Exception {
    assertThat(post("/v1/chat/completions", chat("one", false, "")).statusCode()).isEqualTo(200);
    permissions.forgetTokens();
    assertThat(post("/v1/chat/completions", chat("two", false, "")).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"hash", "host", "instance", "model", "future", "expired", "long", "signer"})
  void refusesAPermitThatWouldNotAcquit(String flaw) throws Exception {
    permissions.change = permit -> flawed(permit, flaw);
    permissions.signer = flaw.equals("signer") ? SigningKey.random() : TestPermissions.SIGNER;
    requireProblem(post("/v1/chat/completions", chat("q", false, "")), 502, "HOST_PERMIT_INVALID");
  }

  @Test
  void takesAPermitFromAClockALittleAheadAndDatesItsReceiptNoEarlier() throws Exception {
    permissions.change = permit -> dated(permit, 30, 600);
    HttpResponse<String> response = post("/v1/chat/completions", chat("q", false, ""));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(closingReceipt(response).receipt().servedAt())
        .isGreaterThanOrEqualTo(
            SignedPermit.parse(header(response, "OML-Permit")).permit().issuedAt());
  }

  /** Who waits while calls are under way goes into the next call together with the others. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void asksForThePermitsOfWaitingQueriesTogetherWhereTheServiceOffersIt(boolean offered)
      throws Exception {
    permissions.offersBatches = offered;
    permissions.delay = 100;
    permissions.batches.clear();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      answers.add(
          CLIENT.sendAsync(
              request("/v1/chat/completions", chat("q" + i, i % 2 == 0, "")),
              BodyHandlers.ofString()));
    }
    Set<Bytes32> permitHashes = new HashSet<>();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.get().statusCode()).isEqualTo(200);
      permitHashes.add(closingReceipt(answer.get()).receipt().permitHash());
    }
    permissions.delay = 0;
    assertThat(permitHashes).hasSize(60);
    assertThat(permissions.batches.isEmpty()).isEqualTo(!offered);
  }

  @Configuration(proxyBeanMethods = false)
  static class WithoutPermits {

    @Bean
    PermitSource none() {
      return queryHash -> Optional.empty();
    }
  }

  /** Ten lines are enough for another source of permits; what it gives is what the receipts say. */
  @Test
  void namesNoPermitInReceiptsWhenItsSourceOfPermitsHasNone() throws Exception {
    Path other = directory.resolve("other");
    java.nio.file.Files.createDirectory(other);
    TestHost otherHost = TestHost.write(other);
    try (ConfigurableApplicationContext without =
        SpringApplication.run(
            new Class<?>[] {GatewayApplication.class, WithoutPermits.class},
            otherHost.arguments(engine.url(), permissions.url()).toArray(String[]::new))) {
      HttpRequest asked =
          HttpRequest.newBuilder(url(without).resolve("/v1/chat/completions"))
              .POST(BodyPublishers.ofString(chat("q", true, "")))
              .build();
      HttpResponse<String> response = CLIENT.send(asked, BodyHandlers.ofString());
      assertThat(response.headers().firstValue("OML-Permit")).isEmpty();
      assertThat(closingReceipt(response).receipt().permitHash()).isEqualTo(Bytes32.ZERO);
    }
  }

  private static Permit flawed(Permit permit, String flaw) {
    return switch (flaw) {
      case "hash" ->
          with(permit, permit.modelId(), permit.instanceId(), permit.host(), Keccak.of("another"));
      case "host" ->
          with(permit, permit.modelId(), permit.instanceId(), Address.ZERO, permit.queryHash());
      case "instance" ->
          with(permit, permit.modelId(), Bytes32.ZERO, permit.host(), permit.queryHash());
      case "model" ->
          with(permit, Bytes32.ZERO, permit.instanceId(), permit.host(), permit.queryHash());
      case "future" -> dated(permit, 120, 600);
      case "expired" -> dated(permit, -700, 600);
      case "long" -> dated(permit, 0, 601);
      case "signer" -> permit;
      default -> throw new IllegalArgumentException(flaw);
    };
  }

  private static Permit with(
      Permit permit, Bytes32 modelId, Bytes32 instanceId, Address wallet, Bytes32 queryHash) {
    return new Permit(
        modelId,
        instanceId,
        wallet,
        permit.termsVersion(),
        queryHash,
        permit.serial(),
        permit.issuedAt(),
        permit.expiresAt(),
        permit.price());
  }

  private static Permit dated(Permit permit, long ahead, long life) {
    long issuedAt = Instant.now().getEpochSecond() + ahead;
    return new Permit(
        permit.modelId(),
        permit.instanceId(),
        permit.host(),
        permit.termsVersion(),
        permit.queryHash(),
        permit.serial(),
        issuedAt,
        issuedAt + life,
        permit.price());
  }
}
