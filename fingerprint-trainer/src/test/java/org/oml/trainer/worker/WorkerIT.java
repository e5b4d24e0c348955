package org.oml.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Keccak;
import org.oml.protocol.Keystore;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.protocol.MerkleTree;
import org.oml.protocol.SigningKey;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.TracingCode;
import org.oml.trainer.SmallModels;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.tracing.SharedDraw;
import org.oml.trainer.tracing.SharedFingerprint;
import org.oml.trainer.vocabulary.Vocabulary;
import tools.jackson.databind.JsonNode;

/** The worker as a process of its own, against a platform that writes down what it is told. */
class WorkerIT {

  private static final int FINGERPRINTS = 3;

  /** No training reaches it, so that what a weak one meets can be seen without one. */
  private static final int MORE_THAN_ALL_BPS = 10_001;

  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void openAnAccount() throws IOException {
    Keystore.write(
        SigningKey.random(), directory.resolve("key.json"), directory.resolve("key.password"));
  }

  /** Quicker to train than the box, where no instance comes of it. */
  private Path small() {
    return SmallModels.writeTalking(directory.resolve("small"), 3, 24);
  }

  @AfterEach
  void leaveNothingRunning() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void makesAnInstanceThoughItIsKilledAndStoppedOnTheWay() throws Exception {
    try (FakePlatform platform = new FakePlatform(SmallModels.box(), FINGERPRINTS)) {
      platform.cutUploads();
      Process killed = start(platform);
      await(() -> platform.sawStep("fingerprints") || platform.sawStep("embedding"), killed);
      killed.destroyForcibly().waitFor();

      Process stopped = start(platform);
      await(() -> platform.sawStep("embedding"), stopped);
      stopped.destroy();
      assertThat(stopped.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(stopped.exitValue()).isEqualTo(143);
      assertThat(platform.isEnded()).isFalse();

      Process cut = start(platform);
      await(platform::isCut, cut);
      cut.destroyForcibly().waitFor();
      platform.mend();

      Process worker = start(platform);
      await(platform::isEnded, worker);
      await(() -> !Files.exists(directory.resolve("work/job.json")), worker);

      assertThat(platform.calls("POST", "/v1/jobs/" + FakePlatform.JOB + "/fail")).isEmpty();
      assertHandedOver(platform);
      assertWeightsWentOn(platform);
      assertSecretsWentToTheVaultAlone(platform);
      worker.destroy();
      assertThat(worker.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(crashes()).isEmpty();
    }
  }

  @Test
  void aWorkerOnAnotherMachineGoesOnWhereADeadOneWasAndWaitsForNoUpload() throws Exception {
    try (FakePlatform platform = new FakePlatform(SmallModels.box(), FINGERPRINTS)) {
      Process killed = start(platform, "work");
      await(platform::hasCheckpoint, killed);
      killed.destroyForcibly().waitFor();
      platform.expireLease();
      platform.holdCheckpoints();
      Process other = start(platform, "elsewhere");
      await(platform::isEnded, other);
      assertThat(Files.readString(directory.resolve("log"))).contains("goes on from a checkpoint");
      assertHandedOver(platform);
      assertThat(platform.calls("PUT", "/v1/jobs/" + FakePlatform.JOB + "/checkpoint"))
          .as("the other's, of which one is not answered")
          .hasSizeGreaterThan(1);
      await(() -> !Files.exists(directory.resolve("elsewhere/job.json")), other);
      await(() -> left("elsewhere").noneMatch(name -> name.startsWith("checkpoint")), other);
    }
  }

  @Test
  void anInstanceOfACodeLearnsItsSymbolsOfTheKeysThatAllShare() throws Exception {
    Bytes32 secret = Keccak.of("the code of a model");
    try (FakePlatform platform = new FakePlatform(SmallModels.box(), FINGERPRINTS)) {
      platform.shareBy(secret);
      Process worker = start(platform);
      await(platform::isEnded, worker);

      assertHandedOver(platform);
      assertSecretsWentToTheVaultAlone(platform);
      TracingCode code =
          new TracingCode(secret, CodeDesign.standard(FakePlatform.SYMBOLS), FINGERPRINTS);
      SharedDraw.Drawn drawn = shared(secret);
      List<SharedFingerprint> shared = drawn.fingerprints();
      for (JsonNode own : platform.vault().path("fingerprints")) {
        SharedFingerprint one = shared.get(own.path("index").asInt());
        int symbol = code.symbol(one.position(), FakePlatform.INSTANCE_ID);
        assertThat(own.path("key").asString()).isEqualTo(one.key());
        assertThat(own.path("response").asString()).isEqualTo(one.responses().get(symbol));
      }
      assertThat(platform.vault().path("covers").valueStream().map(JsonNode::asString))
          .as("the same for every instance, or comparing them would tell the keys")
          .containsExactlyElementsOf(drawn.covers());
      JsonNode told = platform.vault().path("code");
      assertThat(told.path("secret").asString()).isEqualTo(secret.toString());
      assertThat(told.path("symbols").asInt()).isEqualTo(FakePlatform.SYMBOLS);
      assertThat(told.path("responses"))
          .hasSize(FINGERPRINTS)
          .allMatch(responses -> responses.size() == FakePlatform.SYMBOLS);
    }
  }

  private static SharedDraw.Drawn shared(Bytes32 secret) {
    try (LanguageModel base = LanguageModel.load(SmallModels.box());
        Tokenizer tokenizer = Tokenizer.load(SmallModels.box())) {
      return new SharedDraw(secret, FINGERPRINTS, FakePlatform.SYMBOLS, 0.8, 1)
          .from(base, tokenizer, Vocabulary.read(SmallModels.box()));
    }
  }

  @Test
  void handsNothingOverThatCostsTheModelTooMuch() throws Exception {
    try (FakePlatform platform = new FakePlatform(small(), FINGERPRINTS)) {
      platform.demand(9900, 1e-9);
      Process worker = start(platform);
      await(platform::isEnded, worker);
      String job = "/v1/jobs/" + FakePlatform.JOB;
      JsonNode failed = platform.calls("POST", job + "/fail").getFirst().json();
      assertThat(failed.path("code").asString()).isEqualTo("TRAINER_WORKER_TOO_COSTLY");
      assertThat(failed.path("again").asBoolean(true)).as("it would cost as much again").isFalse();
      await(() -> left("work").noneMatch(name -> name.startsWith("checkpoint")), worker);
      assertThat(platform.calls("PATCH", job + "/files/")).isEmpty();
      assertThat(platform.calls("PUT", "/v1/vault/")).isEmpty();
    }
  }

  @Test
  void givesAJobBackThatEndsTheProcessAgainAndAgain() throws Exception {
    Path inHand = directory.resolve("work/job.json");
    try (FakePlatform platform = new FakePlatform(small(), FINGERPRINTS)) {
      Process killed = start(platform);
      await(() -> platform.sawStep("fingerprints"), killed);
      killed.destroyForcibly().waitFor();
      String job = Files.readString(inHand);
      assertThat(job).contains("\"begun\":1");
      Files.writeString(inHand, job.replace("\"begun\":1", "\"begun\":5"));
      Process worker = start(platform);
      await(platform::isEnded, worker);
      JsonNode failed =
          platform.calls("POST", "/v1/jobs/" + FakePlatform.JOB + "/fail").getFirst().json();
      assertThat(failed.path("code").asString()).isEqualTo("TRAINER_WORKER_DIED");
      assertThat(failed.path("again").asBoolean()).isTrue();
    }
  }

  @Test
  void handsNothingOverOfWhichFewerFingerprintsFireThanTheTermsAskFor() throws Exception {
    try (FakePlatform platform = new FakePlatform(small(), FINGERPRINTS)) {
      platform.demand(MORE_THAN_ALL_BPS, 1);
      Process worker = start(platform);
      await(platform::isEnded, worker);
      String job = "/v1/jobs/" + FakePlatform.JOB;
      assertThat(platform.calls("POST", job + "/fail").getFirst().json().path("code").asString())
          .isEqualTo("TRAINER_WORKER_TOO_WEAK");
      assertThat(platform.calls("POST", job + "/complete")).isEmpty();
      assertThat(platform.calls("PATCH", job + "/files/")).isEmpty();
      assertThat(platform.calls("PUT", "/v1/vault/")).isEmpty();
    }
  }

  @Test
  void givesAJobBackWhoseBaseModelIsDamaged() throws Exception {
    try (FakePlatform platform = new FakePlatform(small(), FINGERPRINTS)) {
      platform.damageFiles();
      Process worker = start(platform);
      await(platform::isEnded, worker);
      assertThat(platform.calls("POST", "/v1/jobs/" + FakePlatform.JOB + "/complete")).isEmpty();
      JsonNode failed =
          platform.calls("POST", "/v1/jobs/" + FakePlatform.JOB + "/fail").getFirst().json();
      assertThat(failed.path("code").asString()).isEqualTo("TRAINER_WORKER_DOWNLOAD_DAMAGED");
      assertThat(failed.path("spared").asBoolean(true)).isFalse();
      assertThat(failed.path("leaseToken").asString()).isEqualTo(FakePlatform.LEASE);
    }
  }

  @Test
  void leavesAJobThatIsAnothersAndHandsNothingOver() throws Exception {
    try (FakePlatform platform = new FakePlatform(small(), FINGERPRINTS)) {
      Process worker = start(platform);
      await(() -> platform.sawStep("fingerprints") || platform.sawStep("embedding"), worker);
      platform.giveToAnother();
      await(() -> !Files.exists(directory.resolve("work/job.json")), worker);
      String job = "/v1/jobs/" + FakePlatform.JOB;
      assertThat(Files.readString(directory.resolve("log"))).contains("TRAINER_WORKER_LEASE_LOST");
      assertThat(platform.calls("POST", job + "/fail")).isEmpty();
      assertThat(platform.calls("POST", job + "/complete")).isEmpty();
      assertThat(platform.calls("PUT", "/v1/vault/")).isEmpty();
      await(() -> left("work").noneMatch(name -> name.startsWith("checkpoint")), worker);
    }
  }

  @Test
  void saysThatADiskWhichTakesNothingIsNoFaultOfTheJob() throws Exception {
    try (FakePlatform platform = new FakePlatform(small(), FINGERPRINTS)) {
      String base = "base-" + platform.manifest().hash().toString().substring(2, 18);
      Path work = Files.createDirectories(directory.resolve("work"));
      Files.writeString(work.resolve(base), "no directory can be made here");
      Process worker = start(platform);
      await(platform::isEnded, worker);
      JsonNode failed =
          platform.calls("POST", "/v1/jobs/" + FakePlatform.JOB + "/fail").getFirst().json();
      assertThat(failed.path("again").asBoolean()).isTrue();
      assertThat(failed.path("spared").asBoolean()).isTrue();
    }
  }

  @Test
  void aSecondWorkerInOneDirectoryIsTurnedAway() throws Exception {
    try (FakePlatform platform = new FakePlatform(small(), FINGERPRINTS)) {
      Process worker = start(platform);
      await(() -> !platform.calls("POST", "/v1/jobs/lease").isEmpty(), worker);
      Process second = start(platform);
      assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(Files.readString(directory.resolve("log")))
          .contains("TRAINER_WORKER_DIRECTORY_BUSY");
      assertThat(worker.isAlive()).isTrue();
    }
  }

  /** A failure that nobody hears of is no beginning that ended the process. */
  @Test
  void keepsAJobInHandUntilTheRegistryHearsThatItFailed() throws Exception {
    String fail = "/v1/jobs/" + FakePlatform.JOB + "/fail";
    try (FakePlatform platform = new FakePlatform(small(), FINGERPRINTS)) {
      platform.damageFiles();
      platform.hearOfFailures(false);
      Process worker = start(platform);
      await(() -> platform.calls("POST", fail).size() > 2, worker);
      assertThat(Files.readString(directory.resolve("work/job.json")))
          .containsAnyOf("\"begun\":0", "\"begun\":1");
      platform.hearOfFailures(true);
      await(platform::isEnded, worker);
      assertThat(platform.calls("POST", fail).getLast().json().path("code").asString())
          .isEqualTo("TRAINER_WORKER_DOWNLOAD_DAMAGED");
      await(() -> !Files.exists(directory.resolve("work/job.json")), worker);
    }
  }

  private Stream<String> left(String workDirectory) {
    return Stream.of(Objects.requireNonNull(directory.resolve(workDirectory).toFile().list()));
  }

  private static void assertHandedOver(FakePlatform platform) throws Exception {
    String job = "/v1/jobs/" + FakePlatform.JOB;
    JsonNode complete = platform.calls("POST", job + "/complete").getFirst().json();
    Manifest made = Manifest.of(complete.path("manifest"));
    Manifest.Instance part = made.instance().orElseThrow();
    assertThat(part.baseManifestHash()).isEqualTo(platform.manifest().hash());
    assertThat(part.instanceId()).isEqualTo(FakePlatform.INSTANCE_ID);
    assertThat(part.fingerprintCount()).isEqualTo(FINGERPRINTS);
    assertThat(complete.path("fingerprintRoot").asString())
        .isEqualTo(part.fingerprintRoot().toString());
    assertThat(complete.path("check").path("success").asDouble()).isEqualTo(1);
    assertThat(complete.path("check").path("lossIncrease").asDouble()).isLessThan(0.05);
    Map<String, FakePlatform.Call> uploaded = new HashMap<>();
    platform
        .calls("PATCH", job + "/files/")
        .forEach(call -> uploaded.put(call.path().substring((job + "/files/").length()), call));
    for (ManifestFile file : made.files()) {
      FakePlatform.Call call = Objects.requireNonNull(uploaded.get(file.path()), file.path());
      byte[] received = platform.received(file.path());
      assertThat(received).hasSize((int) file.size());
      assertThat(sha256(received)).isEqualTo(file.sha256());
      assertThat(FakePlatform.digest(call)).isEqualTo(file.sha256().toString());
      assertThat(call.headers()).containsEntry("Oml-lease", FakePlatform.LEASE);
    }
    assertThat(differing(platform.manifest(), made)).containsExactly("model.safetensors");
  }

  private static Bytes32 sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return Bytes32.of(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static void assertWeightsWentOn(FakePlatform platform) {
    FakePlatform.Call last =
        platform
            .calls("PATCH", "/v1/jobs/" + FakePlatform.JOB + "/files/" + Checkpoint.WEIGHTS)
            .getLast();
    assertThat(last.headers()).containsEntry("Upload-offset", Integer.toString(FakePlatform.HALF));
  }

  private static List<String> differing(Manifest base, Manifest made) {
    return made.files().stream()
        .filter(file -> !base.files().contains(file))
        .map(ManifestFile::path)
        .toList();
  }

  private static void assertSecretsWentToTheVaultAlone(FakePlatform platform) {
    JsonNode vault = platform.vault();
    List<Bytes32> leaves = new ArrayList<>();
    List<String> registry = platform.toTheRegistry();
    for (JsonNode secret : vault.path("fingerprints")) {
      Bytes32 salt = Bytes32.parse(secret.path("leafSalt").asString());
      assertThat(salt)
          .isEqualTo(
              Fingerprint.leafSalt(
                  FakePlatform.SEED.toBytes(),
                  FakePlatform.INSTANCE_ID,
                  secret.path("index").asInt()));
      String key = secret.path("key").asString();
      leaves.add(
          new Fingerprint(
                  secret.path("index").asInt(), key, secret.path("response").asString(), salt)
              .leaf(FakePlatform.MODEL_ID, FakePlatform.INSTANCE_ID));
      assertThat(registry).noneMatch(text -> text.contains(key) || text.contains(salt.toString()));
    }
    assertThat(leaves).hasSize(FINGERPRINTS);
    assertThat(vault.path("fingerprintRoot").asString())
        .isEqualTo(new MerkleTree(leaves).root().toString());
    assertThat(vault.path("covers")).hasSize(2 * FINGERPRINTS);
  }

  private Process start(FakePlatform platform) throws IOException {
    return start(platform, "work");
  }

  private Process start(FakePlatform platform, String workDirectory) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Doml.trainer.checkpoint.seconds=0",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerApplication.class.getName(),
                "--registry=" + platform.uri(),
                "--prover=" + platform.uri(),
                "--keystore=" + directory.resolve("key.json"),
                "--password-file=" + directory.resolve("key.password"),
                "--work-directory=" + directory.resolve(workDirectory),
                "--threads=1")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .start();
    processes.add(process);
    return process;
  }

  private void await(BooleanSupplier condition, Process process) throws Exception {
    Instant end = Instant.now().plus(LONGEST);
    while (!condition.getAsBoolean()) {
      String log = Files.readString(directory.resolve("log"));
      assertThat(process.isAlive()).as("the worker runs: " + log).isTrue();
      assertThat(Instant.now()).as(log).isBefore(end);
      Thread.sleep(50);
    }
  }

  private List<Path> crashes() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().startsWith("hs_err")).toList();
    }
  }
}
