package org.oml.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Bytes32;
import org.oml.registry.fixture.Polling;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.registry.fixture.TestJob;
import org.oml.registry.fixture.UnreliableRoad;
import org.oml.servicekit.fixture.TestCaller.Answer;

/**
 * An instance is never downloadable before its fingerprint root is on chain, whatever the chain and
 * the way to it do.
 */
final class ChainTroubleIT {

  private static final byte[] FILE = "weights that wait for the chain".getBytes(UTF_8);
  private static final int LOOKS = 30;
  private static final int MORE_THAN_ALL_TRIES = 4;
  private static final int PAUSE_MILLISECONDS = 100;

  private static UnreliableRoad road;
  private static RunningRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    List<UnreliableRoad> roads = new ArrayList<>();
    registry =
        RunningRegistry.start(
            new RunningRegistry.Surroundings() {
              @Override
              public URI chain(URI direct) throws IOException {
                roads.add(UnreliableRoad.to(direct));
                return roads.getLast().url();
              }
            });
    road = roads.getLast();
  }

  @AfterAll
  static void stop() throws IOException {
    registry.close();
    road.close();
  }

  @AfterEach
  void mend() {
    road.reopen();
    road.slow(0);
  }

  private static boolean isOnChain(TestJob made) throws Exception {
    return Bytes32.of(registry.community().instance(made.instanceId()).fingerprintRoot)
        .equals(TestJob.ROOT);
  }

  private static TestJob countersigned() throws Exception {
    TestJob made = TestJob.request(registry).make(FILE);
    made.countersign(made.acceptance(made.made(FILE)), made.wallet()).expect(202);
    return made;
  }

  /** Asks for the file, by both ways and for its head too. */
  private static boolean isDownloadable(TestJob made) throws IOException {
    Answer answer = made.host().get(made.filePath());
    if (answer.status() == 200) {
      assertThat(answer.bytes()).isEqualTo(FILE);
      return true;
    }
    assertThat(answer.problem())
        .isIn("409 REGISTRY_INSTANCE_NOT_PUBLISHED", "503 CHAIN_UNREACHABLE");
    int head = made.host().head(made.filePath()).status();
    assertThat(head).isIn(200, 409, 503);
    return head == 200;
  }

  /** Until it is downloadable it is looked at again and again. */
  private static void requireOnChainFirst(TestJob made) throws Exception {
    Polling.until(
        "the instance can be downloaded",
        () -> {
          if (!isDownloadable(made)) {
            return false;
          }
          assertThat(isOnChain(made)).isTrue();
          return true;
        });
  }

  private static void requireNotDownloadable(TestJob made) throws Exception {
    for (int i = 0; i < LOOKS; i++) {
      assertThat(isDownloadable(made)).isFalse();
      Thread.sleep(PAUSE_MILLISECONDS);
    }
  }

  @Test
  void notWhileTheChainIsAway() throws Exception {
    TestJob made = TestJob.request(registry).make(FILE);
    road.shut();
    made.countersign(made.acceptance(made.made(FILE)), made.wallet()).expect(202);
    requireNotDownloadable(made);
    assertThat(made.state()).isEqualTo("PUBLISHING");
    assertThat(isOnChain(made)).isFalse();
    registry.callChain("evm_mine");
    road.reopen();
    requireOnChainFirst(made);
  }

  @Test
  void aJobIsNotLeasedWhileTheChainIsAwayAndLosesNoTry() throws Exception {
    TestJob made = TestJob.request(registry);
    UUID token = UUID.randomUUID();
    road.shut();
    for (int i = 0; i < MORE_THAN_ALL_TRIES; i++) {
      assertThat(TestJob.ask(made.worker(), token).problem()).isEqualTo("503 CHAIN_UNREACHABLE");
      assertThat(made.state()).isEqualTo("QUEUED");
    }
    road.reopen();
    made.make(FILE);
    assertThat(made.state()).isEqualTo("TRAINED");
  }

  @Test
  void notWhileTheChainIsSlow() throws Exception {
    road.slow(400);
    requireOnChainFirst(countersigned());
  }

  @Test
  void notWhileTheRegistryDiesAndTheChainIsSlow() throws Exception {
    road.slow(200);
    TestJob made = countersigned();
    registry.killAndStartAgain();
    requireOnChainFirst(made);
  }

  @Test
  void notWhileTheNewestBlockIsReplacedAgainAndAgain() throws Exception {
    TestJob made = countersigned();
    for (int i = 0; i < 4; i++) {
      registry.callChain("anvil_reorg", 1, List.of());
      for (int look = 0; look < 8; look++) {
        if (isDownloadable(made)) {
          assertThat(isOnChain(made)).isTrue();
        }
        Thread.sleep(PAUSE_MILLISECONDS);
      }
    }
    requireOnChainFirst(made);
  }

  @Test
  void noLongerWhenTheBlocksThatHadItAreTakenBack() throws Exception {
    long before = registry.community().head();
    TestJob made = countersigned();
    requireOnChainFirst(made);
    registry.callChain("anvil_reorg", registry.community().head() - before + 1, List.of());
    assertThat(isOnChain(made)).isFalse();
    Polling.until("the registry sees it", () -> !isDownloadable(made) || isOnChain(made));
    for (int i = 0; i < LOOKS; i++) {
      boolean downloadable = isDownloadable(made);
      assertThat(!downloadable || isOnChain(made)).isTrue();
      Thread.sleep(PAUSE_MILLISECONDS);
    }
  }
}
