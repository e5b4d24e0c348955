package org.oml.platform.devchain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.process.Supervisor;
import org.oml.platform.process.Waiting;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The real chain, killed and started again. */
class DevChainIT {

  private static final String ACCOUNT = "0x1111111111111111111111111111111111111111";
  private static final BigInteger WEI = new BigInteger("123456789000000000000");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  private PlatformSettings settings;
  private Supervisor supervisor;
  private DevChain chain;

  @BeforeEach
  void start() {
    settings = PlatformSettings.forTest(Path.of("..").toAbsolutePath().normalize(), home);
    supervisor = new Supervisor(settings);
    chain = new DevChain(settings, supervisor);
    chain.start();
  }

  @AfterEach
  void stop() {
    supervisor.stopAll();
  }

  @Test
  void keepsItsStateOverKill9AndItsBlocksOnTheClock() {
    chain.fund(ACCOUNT, WEI);
    awaitStored();
    long height = number(latest(), "number");

    supervisor.kill9(DevChain.NAME);
    chain.start();

    assertThat(balance()).isEqualTo(WEI);
    await(() -> number(latest(), "number") > height);
    long blockTime = number(latest(), "timestamp");
    assertThat(blockTime)
        .isBetween(Instant.now().getEpochSecond() - 10, Instant.now().getEpochSecond() + 2);
  }

  @Test
  void keepsItsStateOverAStop() {
    chain.fund(ACCOUNT, WEI);

    supervisor.stop(DevChain.NAME);
    chain.start();

    assertThat(balance()).isEqualTo(WEI);
  }

  /** Which first block a chain shows that stored several was a matter of chance: so four starts. */
  @Test
  void hasTheSameFirstBlockHoweverOftenItIsStarted() {
    String first = firstBlock();
    for (int start = 0; start < 4; start++) {
      supervisor.stop(DevChain.NAME);
      chain.start();
      assertThat(firstBlock()).isEqualTo(first);
    }
  }

  private String firstBlock() {
    return call("eth_getBlockByNumber", List.of("0x0", false)).get("hash").asString();
  }

  @Test
  void mendsAStateThatAKillCutOff() throws IOException {
    chain.fund(ACCOUNT, WEI);
    awaitStored();
    chain.keepCopy();
    supervisor.kill9(DevChain.NAME);
    Path state = settings.chain().resolve("state.json");
    String whole = Files.readString(state);
    Files.writeString(state, whole.substring(0, whole.length() / 2));

    chain.start();

    assertThat(balance()).isEqualTo(WEI);
  }

  @Test
  void doesNotTakeACutStateForACopy() throws IOException {
    chain.fund(ACCOUNT, WEI);
    awaitStored();
    supervisor.stop(DevChain.NAME);
    chain.keepCopy();
    Path state = settings.chain().resolve("state.json");
    Path copy = settings.chain().resolve("state.copy.json");
    String whole = Files.readString(copy);
    for (int cut : new int[] {0, 1, whole.length() / 3, whole.length() - 1}) {
      Files.writeString(state, whole.substring(0, cut));
      chain.keepCopy();
      assertThat(copy).content().isEqualTo(whole);
    }
  }

  @Test
  void holdsNoAccounts() {
    assertThat(call("eth_accounts", List.of()).size()).isZero();
    assertThat(call("eth_chainId", List.of()).asString()).isEqualTo("0x7a69");
  }

  /** The chain stores itself every second; two blocks later what was done before is stored. */
  private void awaitStored() {
    await(
        () -> {
          Path state = settings.chain().resolve("state.json");
          try {
            return Files.exists(state) && Files.readString(state).contains(ACCOUNT);
          } catch (IOException e) {
            return false;
          }
        });
  }

  private BigInteger balance() {
    return new BigInteger(
        call("eth_getBalance", List.of(ACCOUNT, "latest")).asString().substring(2), 16);
  }

  private JsonNode latest() {
    return call("eth_getBlockByNumber", List.of("latest", false));
  }

  private static long number(JsonNode block, String field) {
    return Long.decode(block.get(field).asString());
  }

  private JsonNode call(String method, List<Object> parameters) {
    String request =
        JSON.writeValueAsString(
            Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", parameters));
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(chain.rpcUrl())
                  .timeout(Duration.ofSeconds(10))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(request))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return JSON.readTree(answer.body()).get("result");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting").isLessThan(deadline);
      Waiting.millis(50);
    }
  }
}
