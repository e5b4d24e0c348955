package org.oml.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.gateway.fixture.TestEngine;
import org.oml.host.fixture.TestHost;
import org.oml.host.fixture.TestPermissions;
import org.oml.host.fixture.TestPermissions.Refusal;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SignedPermit;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Answers under blank permits while the permission service is away: each once, whatever dies. */
class GraceIT {

  private static final int BLANKS = 40;

  @TempDir Path directory;
  private TestHost host;
  private TestEngine engine;
  private TestPermissions permissions;
  private ConfigurableApplicationContext gateway;

  @BeforeEach
  void start() throws Exception {
    host = TestHost.write(directory);
    engine = new TestEngine(0);
    permissions = new TestPermissions(0, host);
    gateway = gateway();
  }

  private ConfigurableApplicationContext gateway() {
    List<String> arguments = new ArrayList<>(host.arguments(engine.url(), permissions.url()));
    arguments.add("--oml.gateway.grace.blanks=" + BLANKS);
    arguments.add("--oml.gateway.grace.after=200ms");
    arguments.add("--oml.gateway.permit-patience=500ms");
    return SpringApplication.run(GatewayApplication.class, arguments.toArray(String[]::new));
  }

  @AfterEach
  void stop() {
    gateway.close();
    permissions.close();
    engine.close();
  }

  @Test
  void usesEachBlankPermitOnceAndThenRefuses() throws Exception {
    awaitStock();
    away();
    Set<Bytes32> used = new HashSet<>();
    for (int i = 0; i < BLANKS / 2; i++) {
      used.add(blankOf(ask()));
    }
    // What was kept for a query that never came is lost with the process, and none comes back.
    gateway.close();
    gateway = gateway();
    HttpResponse<String> response = ask();
    while (response.statusCode() == 200) {
      assertThat(used.add(blankOf(response))).isTrue();
      response = ask();
    }
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("HOST_PERMIT_UNAVAILABLE");
    assertThat(used).hasSizeBetween(BLANKS / 2, BLANKS);
  }

  @Test
  void asksTheServiceAgainOnceItIsBack() throws Exception {
    awaitStock();
    away();
    assertThat(permit(ask()).permit().queryHash()).isEqualTo(Bytes32.ZERO);
    permissions.refusals.set(0);
    Waiting.until(() -> !permitOfAQuery().equals(Bytes32.ZERO));
  }

  @Test
  void doesNotUseBlanksThatAreAboutToEnd() throws Exception {
    awaitStock();
    gateway.close();
    Files.delete(host.journal().resolve("blank-permits.json"));
    permissions.blankLife = 4;
    gateway = gateway();
    awaitStock();
    away();
    assertThat(ask().statusCode()).isEqualTo(503);
  }

  @Test
  void aRefusalIsNoAbsence() throws Exception {
    awaitStock();
    permissions.refusal = new Refusal(403, "PERMISSION_HOST_SUSPENDED");
    permissions.refusals.set(1_000);
    HttpResponse<String> response = ask();
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("HOST_PERMIT_REFUSED");
  }

  private Bytes32 permitOfAQuery() {
    try {
      return permit(ask()).permit().queryHash();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Bytes32 blankOf(HttpResponse<String> response) {
    SignedPermit permit = permit(response);
    assertThat(permit.permit().queryHash()).isEqualTo(Bytes32.ZERO);
    return permit.permitHash();
  }

  private static SignedPermit permit(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    return SignedPermit.parse(response.headers().firstValue("OML-Permit").orElseThrow());
  }

  private void awaitStock() {
    Waiting.until(() -> Files.exists(host.journal().resolve("blank-permits.json")));
  }

  private void away() {
    permissions.refusal = new Refusal(503, "SERVICE_DATABASE_AWAY");
    permissions.refusals.set(1_000_000);
  }

  private HttpResponse<String> ask() throws Exception {
    URI url = WithGateway.url(gateway).resolve("/v1/completions");
    HttpRequest request =
        HttpRequest.newBuilder(url).POST(BodyPublishers.ofString("{\"prompt\":\"once\"}")).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }
}
