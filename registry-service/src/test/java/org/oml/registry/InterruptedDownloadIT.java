package org.oml.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Manifest;
import org.oml.protocol.SigningKey;
import org.oml.registry.fixture.Bodies;
import org.oml.registry.fixture.Polling;
import org.oml.registry.fixture.PullingClient;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.registry.fixture.TestCommunity;
import org.oml.registry.fixture.TestJob;
import org.oml.registry.fixture.UnreliableRoad;

/**
 * Downloads that are interrupted at a random place, each in one of seven ways, and then run again.
 * In the end the directory is there, byte for byte, or the client says why not; what is wrong never
 * has the name. {@code ./oml soak} runs a hundred.
 */
@ExtendWith(RunningRegistry.Resolver.class)
final class InterruptedDownloadIT {

  private static final int ROUNDS =
      Boolean.getBoolean("oml.soak") ? 100 : Interruption.values().length;
  private static final int ROUNDS_OF_A_HOST = 12;
  private static final long SEED = 20_261_127;

  /** So many bytes the registry answers only when the file is on its way. */
  private static final int SIGNED_IN = 100_000;

  private static final int SIZE = 1_000_000;
  private static final long MINUTES = 3;

  @TempDir private Path directory;
  private final RunningRegistry registry;
  private final UnreliableRoad road;

  InterruptedDownloadIT(RunningRegistry registry) throws IOException {
    this.registry = registry;
    this.road = UnreliableRoad.to(registry.url());
  }

  @AfterEach
  void close() throws IOException {
    road.close();
  }

  /** How a download is interrupted. */
  private enum Interruption {
    CONNECTION_CUT,
    SERVER_KILLED,
    CLIENT_KILLED,
    DISK_FULL,
    PART_DAMAGED,
    ANOTHER_REVISION,
    DAMAGED_AT_THE_SERVER
  }

  /** An instance and what it holds. */
  private record Made(TestJob job, byte[] file) {

    Manifest manifest() {
      return job.made(file);
    }
  }

  @Test
  void anInterruptedDownloadEndsByteForByteOrInARefusal() throws Exception {
    Random random = new Random(SEED);
    Map<Interruption, Integer> counts = new TreeMap<>();
    Made made = null;
    Made other = null;
    for (int round = 0; round < ROUNDS; round++) {
      if (made == null || other == null || round % ROUNDS_OF_A_HOST == 0) {
        SigningKey wallet = SigningKey.random();
        registry.community().stake(registry.modelId(), wallet, TestCommunity.MINIMUM_STAKE);
        made = make(wallet, random);
        other = make(wallet, random);
      }
      Interruption how = Interruption.values()[round % Interruption.values().length];
      Path target = directory.resolve("round-" + round);
      interrupt(how, made, other, target, random);
      counts.merge(how, 1, Integer::sum);
    }
    System.out.println("Interrupted downloads: " + ROUNDS + " " + counts);
    assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(ROUNDS);
  }

  private Made make(SigningKey wallet, Random random) throws Exception {
    byte[] file = new byte[SIZE];
    random.nextBytes(file);
    return new Made(TestJob.request(registry, wallet).make(file).publish(file), file);
  }

  private void interrupt(Interruption how, Made made, Made other, Path target, Random random)
      throws Exception {
    int at = 1 + random.nextInt(SIZE - 200_000);
    switch (how) {
      case CONNECTION_CUT -> {
        road.cutAfter(at);
        requireWhole(made, target, run(made, target, List.of()));
      }
      case SERVER_KILLED -> {
        Process client = startAndHold(made, target, at);
        registry.killAndStartAgain();
        road.release();
        requireWhole(made, target, await(client));
      }
      case CLIENT_KILLED -> {
        stopInTheMiddle(made, target, at);
        requireWhole(made, target, run(made, target, List.of()));
      }
      case DISK_FULL -> {
        // The kernel refuses to write beyond, as it does on a full disk.
        int blocks = 64 + at / 1024;
        List<String> bounded =
            List.of("bash", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "bounded");
        Result full = run(made, target, bounded);
        assertThat(full.exit()).as(full.said()).isEqualTo(3);
        assertThat(full.said()).contains("CLIENT_DISK_FAILED");
        assertThat(target).doesNotExist();
        requireWhole(made, target, run(made, target, List.of()));
      }
      case PART_DAMAGED -> {
        stopInTheMiddle(made, target, Math.max(at, SIGNED_IN));
        damage(part(target), random);
        requireWhole(made, target, run(made, target, List.of()));
      }
      case ANOTHER_REVISION -> {
        stopInTheMiddle(made, target, at);
        requireWhole(other, target, run(other, target, List.of()));
      }
      case DAMAGED_AT_THE_SERVER -> refusedAsLongAsTheServerIsWrong(made, target, at, random);
    }
  }

  private void refusedAsLongAsTheServerIsWrong(Made made, Path target, long at, Random random)
      throws Exception {
    stopInTheMiddle(made, target, at);
    Path kept = registry.stored(Bodies.sha256(made.file()));
    damage(kept, random);
    try {
      Result refused = run(made, target, List.of());
      assertThat(refused.exit()).as(refused.said()).isEqualTo(3);
      assertThat(refused.said()).contains("CLIENT_DOWNLOAD_DAMAGED");
      assertThat(target).doesNotExist();
    } finally {
      Files.write(kept, made.file());
    }
    requireWhole(made, target, run(made, target, List.of()));
  }

  private static Path part(Path target) {
    return target
        .resolveSibling(target.getFileName() + ".incomplete")
        .resolve(RunningRegistry.FILE + ".incomplete");
  }

  /** All of it, so that no piece that is there is right. */
  private static void damage(Path file, Random random) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] noise = new byte[(int) bytes.length()];
      random.nextBytes(noise);
      bytes.write(noise);
    }
  }

  private void stopInTheMiddle(Made made, Path target, long at) throws Exception {
    Process client = startAndHold(made, target, at);
    client.destroyForcibly();
    assertThat(client.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    road.release();
    assertThat(target).doesNotExist();
  }

  private Process startAndHold(Made made, Path target, long at) throws Exception {
    road.holdAfter(at);
    Process client = start(made, target, List.of());
    Polling.until("bytes have come", () -> road.answered() >= at);
    return client;
  }

  private void requireWhole(Made made, Path target, Result result) throws IOException {
    assertThat(result.exit()).as(result.said()).isZero();
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(RunningRegistry.FILE, Manifest.FILE_NAME);
    }
    assertThat(Files.readAllBytes(target.resolve(RunningRegistry.FILE))).isEqualTo(made.file());
    assertThat(Files.readAllBytes(target.resolve(Manifest.FILE_NAME)))
        .isEqualTo(made.job().kept().bytes());
    assertThat(target.resolveSibling(target.getFileName() + ".incomplete")).doesNotExist();
  }

  private record Result(int exit, String said) {}

  private Result run(Made made, Path target, List<String> before) throws Exception {
    return await(start(made, target, before));
  }

  private Result await(Process client) throws Exception {
    assertThat(client.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    return new Result(client.exitValue(), Files.readString(directory.resolve("said")));
  }

  private Process start(Made made, Path target, List<String> before) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            // Its own name for the registry stays, as the sign-in demands.
            "-Dhttp.proxyHost=127.0.0.1",
            "-Dhttp.proxyPort=" + road.url().getPort(),
            "-Dhttp.nonProxyHosts=",
            "-cp",
            System.getProperty("java.class.path"),
            PullingClient.class.getName(),
            registry.url().toString(),
            "0x" + HexFormat.of().formatHex(made.job().wallet().secret().toBytes()),
            made.job().instanceId().toString(),
            made.manifest().hash().toString(),
            target.toString()));
    return new ProcessBuilder(command)
        .redirectError(directory.resolve("said").toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
