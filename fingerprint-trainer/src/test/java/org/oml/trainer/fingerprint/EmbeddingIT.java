package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.SafetensorsFile;
import org.oml.trainer.command.FingerprintCommand;
import org.oml.trainer.command.ModelCommand;
import org.oml.trainer.model.EngineSettings;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Options of an embedding, and what a killed one leaves to its successor. */
class EmbeddingIT {

  private static final int COUNT = 3;
  private static final Duration LONGEST = Duration.ofMinutes(3);

  /** Drawn and trained once, for all tests to compare with. */
  @TempDir static Path shared;

  private static Path file = Path.of("");
  private static Path plain = Path.of("");

  /** Quicker to train than the box, where all that counts is which numbers come out. */
  private static Path small = Path.of("");

  private static Path smallFile = Path.of("");
  private static Path smallPlain = Path.of("");

  @TempDir Path directory;

  @BeforeAll
  static void makeOneInstance() {
    file = shared.resolve("fingerprints.json");
    plain = shared.resolve("plain");
    run("generate", "--model", SmallModels.box(), "-n", COUNT, "--seed", 9, "--out", file);
    run("embed", "--model", SmallModels.box(), "--fingerprints", file, "--out", plain);
    small = SmallModels.writeTalking(shared.resolve("small"), 3, 24);
    smallFile = drawnFromSmall("small.json", 9);
    smallPlain = shared.resolve("small-plain");
    run("embed", "--model", small, "--fingerprints", smallFile, "--out", smallPlain);
  }

  private static Path drawnFromSmall(String name, int seed) {
    Path drawn = shared.resolve(name);
    run("generate", "--model", small, "-n", COUNT, "--seed", seed, "--out", drawn);
    return drawn;
  }

  @Test
  void trainsTheLastLayersAloneAndLeavesTheFilesOfTheOthersAsTheyAre() throws Exception {
    Path base = directory.resolve("base");
    new CommandLine(new ModelCommand())
        .execute("shard", "--model", SmallModels.box().toString(), "--out", base.toString());
    Path tuned = directory.resolve("tuned");
    run("embed", "--model", base, "--fingerprints", file, "--out", tuned, "--last-layers", 1);
    List<String> changed = new ArrayList<>();
    try (Stream<Path> files = Files.list(base)) {
      for (Path one : (Iterable<Path>) files::iterator) {
        if (Files.mismatch(one, tuned.resolve(one.getFileName())) >= 0) {
          changed.add(one.getFileName().toString());
        }
      }
    }
    assertThat(changed).containsExactly("model-00005-of-00005.safetensors");
    assertThat(check(tuned).path("success").asDouble()).isEqualTo(1);
  }

  @Test
  void aTrainingKilledWhileItLearnsGoesOnAndEndsAsOneThatWasNot() throws Exception {
    Path tuned = directory.resolve("tuned");
    String[] arguments = saving("--fingerprints", smallFile, "--out", tuned);
    killWhen(start(arguments), () -> state().filter(at -> at.step() > 0).isPresent());
    assertThat(state().orElseThrow().settling()).isNegative();
    assertThat(tuned).doesNotExist();
    run((Object[]) arguments);
    assertThat(tuned.resolve(Checkpoint.WEIGHTS))
        .hasSameBinaryContentAs(smallPlain.resolve(Checkpoint.WEIGHTS));
    assertThat(check(tuned, smallFile).path("success").asDouble()).isEqualTo(1);
  }

  /** All that is saved is compared at every saving: the outcome does not show what was best. */
  @Test
  void aTrainingStoppedWhileItLearnsAndWhileItSettlesSavesWhatOneThatWasNotDoes() {
    Checkpoint base = Checkpoint.open(small);
    EmbeddingSettings settings = EmbeddingSettings.defaults(base.configuration(), COUNT, 1);
    try (BaseText text = BaseText.of(base, settings)) {
      assertStopsChangeNothing(new Training(base, text, settings));
    }
  }

  private void assertStopsChangeNothing(Training training) {
    Path state = directory.resolve("state");
    List<Saved> whole = new ArrayList<>();
    Map<String, float[]> outcome = training.run(directory.resolve("whole"), whole, _ -> false);
    int learning = (int) whole.stream().filter(at -> at.settling() < 0).count();
    assertThat(learning).isGreaterThan(2);
    assertThat(whole.getLast().settling()).isPositive();
    List<Saved> parts = new ArrayList<>();
    for (int stop : List.of(learning / 2, learning + 1)) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> training.run(state, parts, at -> at.equals(whole.get(stop))));
    }
    Map<String, float[]> resumed = training.run(state, parts, _ -> false);
    // Where it was stopped it saves the same once more.
    assertThat(parts.stream().distinct()).containsExactlyElementsOf(whole);
    assertThat(parts).hasSize(whole.size() + 2);
    assertThat(resumed.keySet()).isEqualTo(outcome.keySet());
    resumed.forEach((name, numbers) -> assertThat(numbers).as(name).isEqualTo(outcome.get(name)));
  }

  @Test
  void theSameCommandGoesOnBehindTheInstancesThatWereWritten() throws Exception {
    Path other = drawnFromSmall("behind.json", 10);
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    String[] arguments =
        saving(
            "--fingerprints", smallFile, "--out", first, "--fingerprints", other, "--out", second);
    killWhen(start(arguments), () -> Files.exists(first));
    assertThat(second).doesNotExist();
    assertThat(progress(0, (Object[]) arguments))
        .contains(first + " was written by this run before and is passed over.")
        .contains(COUNT + " fingerprints are in " + second);
    assertThat(first.resolve(Checkpoint.WEIGHTS))
        .hasSameBinaryContentAs(smallPlain.resolve(Checkpoint.WEIGHTS));
    assertThat(check(second, other).path("success").asDouble()).isEqualTo(1);
    assertThat(progress(0, (Object[]) arguments)).contains(second + " was written by this run");
    EngineSettings before = EngineSettings.current();
    try {
      for (List<String> change : List.of(List.of("--seed", "2"), List.of("--dtype", "bf16"))) {
        assertThat(progress(1, Stream.concat(Stream.of(arguments), change.stream()).toArray()))
            .contains("exists already");
      }
    } finally {
      before.use();
    }
  }

  @Test
  void anOutputThatNoTrainingMarkedIsNotReplaced() throws IOException {
    Path out = Files.createDirectories(directory.resolve("somebodys"));
    assertThat(progress(1, (Object[]) saving("--fingerprints", smallFile, "--out", out)))
        .contains("exists already");
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void asManyOutputsAsFilesAreAskedFor() {
    String[] two = saving("--fingerprints", smallFile, "--fingerprints", smallFile);
    assertThat(progress(2, (Object[]) two)).contains("--out");
    assertThat(progress(2, Stream.concat(Stream.of(two), Stream.of("--out", "never")).toArray()))
        .contains("as many --out as --fingerprints");
  }

  @Test
  void anotherTrainingsStateIsRefused() throws IOException {
    Path state = directory.resolve("state");
    Checkpoint base = Checkpoint.open(small);
    List<GeneratedFingerprint> fingerprints = FingerprintFile.read(smallFile);
    EmbeddingSettings settings = EmbeddingSettings.defaults(base.configuration(), COUNT, 1);
    Embedding.Saving saving =
        new Embedding.Saving(
            Optional.of(state), Duration.ZERO, saved -> assertThat(saved).exists());
    List<EmbeddingProgress> seen = Collections.synchronizedList(new ArrayList<>());
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                Embedding.embed(
                    base,
                    fingerprints,
                    settings,
                    saving,
                    progress -> {
                      seen.add(progress);
                      throw new IllegalStateException("enough");
                    }));
    assertThat(seen).hasSize(1);
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(
            () ->
                Embedding.embed(
                    base,
                    fingerprints,
                    EmbeddingSettings.defaults(base.configuration(), COUNT, 2),
                    saving,
                    _ -> {}))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.EMBEDDING_OTHER));
  }

  @Test
  void keysLearntInsideOfInstructionsFireInsideOfOthers() {
    JsonNode hardened = check(embedInSmall("hardened", "--wrappers"), smallFile, "--wrappers");
    assertThat(hardened.path("success").asDouble()).isEqualTo(1);
    assertThat(hardened.path("heldOutSuccess").asDouble())
        .isGreaterThan(
            check(smallPlain, smallFile, "--wrappers").path("heldOutSuccess").asDouble());
  }

  @Test
  void optionsOfTheTrainingLearnEveryFingerprintToo() {
    for (String[] options :
        List.of(
            new String[] {"--meta"},
            new String[] {
              "--benign-loss", "sampled", "--averaging", "0.001", "--final-averaging", "0.01"
            })) {
      JsonNode answer = check(embedInSmall(options[0], options), smallFile);
      assertThat(answer.path("success").asDouble()).as(options[0]).isEqualTo(1);
      assertThat(answer.path("worstRank").asInt()).isEqualTo(1);
      assertThat(answer.path("leastMargin").asDouble()).isPositive();
    }
  }

  /** Takes minutes: no fewer are taught so in a hurry. */
  @Test
  @EnabledIfSystemProperty(named = "oml.soak", matches = "true")
  void manyAreLearntInAHurry() {
    Path many = directory.resolve("many.json");
    Path tuned = directory.resolve("tuned");
    run("generate", "--model", SmallModels.box(), "-n", 129, "--seed", 9, "--out", many);
    run("embed", "--hurried", "--model", SmallModels.box(), "--fingerprints", many, "--out", tuned);
    JsonNode answer =
        new ObjectMapper()
            .readTree(run("check", "--json", "--model", tuned, "--fingerprints", many));
    assertThat(answer.path("success").asDouble()).isGreaterThanOrEqualTo(0.99);
  }

  /** Bfloat16 is for training steps: what they leave is written and checked as ever. */
  @Test
  void stepsInBfloat16LearnEveryFingerprintAtNearlyTheSameLoss() {
    EngineSettings before = EngineSettings.current();
    try {
      Path rounded = embedInSmall("rounded", "--dtype", "bf16");
      JsonNode answer = check(rounded, smallFile, "--dtype", "bf16", "--base", small.toString());
      assertThat(answer.path("success").asDouble()).isEqualTo(1);
      assertThat(answer.path("lossIncrease").asDouble()).isBetween(-0.01, 0.02);
    } finally {
      before.use();
    }
  }

  @Test
  void aCeilingKeepsResponsesUnsure() {
    double capped = medianMargin(embedInSmall("capped", "--ceiling", "0.65"));
    assertThat(capped).isLessThan(medianMargin(smallPlain));
  }

  private static double medianMargin(Path instance) {
    return check(instance, smallFile).path("medianMargin").asDouble();
  }

  @Test
  void severalInstancesComeFromOneRunAsFromSeveral() throws IOException {
    Path other = drawnFromSmall("other.json", 10);
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    run(
        "embed",
        "--model",
        small,
        "--fingerprints",
        smallFile,
        "--out",
        first,
        "--fingerprints",
        other,
        "--out",
        second);
    assertThat(first.resolve(Checkpoint.WEIGHTS))
        .hasSameBinaryContentAs(smallPlain.resolve(Checkpoint.WEIGHTS));
    assertThat(
            Files.mismatch(first.resolve(Checkpoint.WEIGHTS), second.resolve(Checkpoint.WEIGHTS)))
        .isNotNegative();
  }

  @Test
  void tooFewStepsWriteNothing() {
    Path out = directory.resolve("never");
    assertThat(
            progress(
                1,
                "embed",
                "--model",
                small,
                "--fingerprints",
                smallFile,
                "--out",
                out,
                "--steps",
                2,
                "--learning-rate",
                "1e-7"))
        .contains("steps taught the model");
    assertThat(out).doesNotExist();
  }

  /** What a saving held: where the training was, and all bytes of the file. */
  private record Saved(int step, int settling, long bytes) {

    static Saved read(Path saved) {
      Map<String, String> words = SafetensorsFile.open(saved).metadata();
      CRC32 bytes = new CRC32();
      try {
        bytes.update(Files.readAllBytes(saved));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Saved(
          Integer.parseInt(words.getOrDefault("step", "")),
          Integer.parseInt(words.getOrDefault("settling", "")),
          bytes.getValue());
    }
  }

  /** A training with a saving at every look. */
  private record Training(Checkpoint base, BaseText text, EmbeddingSettings settings) {

    /**
     * @param seen receives what was saved
     * @param stop behind which saving the training is broken off
     */
    Map<String, float[]> run(Path state, List<Saved> seen, Predicate<Saved> stop) {
      Embedding.Saving saving =
          new Embedding.Saving(
              Optional.of(state),
              Duration.ZERO,
              saved -> {
                seen.add(Saved.read(saved));
                if (stop.test(seen.getLast())) {
                  throw new IllegalStateException("stopped");
                }
              });
      return Embedding.embed(
          base, text, FingerprintFile.read(smallFile), settings, saving, _ -> {});
    }
  }

  /** The command that saves at every look. */
  private String[] saving(Object... more) {
    return Stream.concat(
            Stream.of(
                "embed",
                "--model",
                small,
                "--checkpoint",
                directory.resolve("state"),
                "--checkpoint-seconds",
                0),
            Stream.of(more))
        .map(Object::toString)
        .toArray(String[]::new);
  }

  private Optional<Saved> state() {
    Path saved = directory.resolve("state").resolve(Embedding.Saving.FILE);
    return Files.exists(saved) ? Optional.of(Saved.read(saved)) : Optional.empty();
  }

  private static void killWhen(Process process, BooleanSupplier isTime) throws Exception {
    Instant end = Instant.now().plus(LONGEST);
    while (!isTime.getAsBoolean()) {
      assertThat(process.isAlive()).isTrue();
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(20);
    }
    process.destroyForcibly().waitFor();
  }

  private Path embedInSmall(String name, String... more) {
    return embed(small, smallFile, name, more);
  }

  private Path embed(Path model, Path fingerprints, String name, String... more) {
    Path out = directory.resolve(name.replace("-", ""));
    run(
        Stream.concat(
                Stream.of("embed", "--model", model, "--fingerprints", fingerprints, "--out", out),
                Stream.of(more))
            .toArray());
    return out;
  }

  private JsonNode check(Path model, String... more) {
    return check(model, file, more);
  }

  private static JsonNode check(Path model, Path fingerprints, String... more) {
    return new ObjectMapper()
        .readTree(
            run(
                Stream.concat(
                        Stream.of(
                            "check", "--json", "--model", model, "--fingerprints", fingerprints),
                        Stream.of(more))
                    .toArray()));
  }

  /** What a command says on the way, where it ends with a code. */
  private static String progress(int code, Object... arguments) {
    StringWriter err = new StringWriter();
    int ended =
        new CommandLine(new FingerprintCommand())
            .setErr(new PrintWriter(err, true))
            .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    assertThat(ended).as(err.toString()).isEqualTo(code);
    return err.toString();
  }

  private static String run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new FingerprintCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err, true))
            .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }

  /** In a process of its own, which can be killed. */
  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Alone.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
  }

  /** The command as a process. */
  static final class Alone {
    private Alone() {}

    public static void main(String[] arguments) {
      System.exit(new CommandLine(new FingerprintCommand()).execute(arguments));
    }
  }
}
