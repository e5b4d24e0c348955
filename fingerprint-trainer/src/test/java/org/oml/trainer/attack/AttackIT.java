package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Fingerprint;
import org.oml.trainer.SmallModels;
import org.oml.trainer.command.FingerprintCommand;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.model.EngineSettings;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Attacks by the verb that a person types. */
class AttackIT {

  private static final long DEADLINE_SECONDS = 180;

  /** So that as many of an attacker's own are soon trained in. */
  private static final int MOST = 6;

  @TempDir Path directory;

  private final StringWriter errors = new StringWriter();
  private Path model = Path.of("");
  private Path fingerprints = Path.of("");
  private Path text = Path.of("");
  private Path rows = Path.of("");

  /** A made-up model whose own answers are taken for its fingerprints. */
  @BeforeEach
  void make() throws IOException {
    model = SmallModels.writeTalking(directory.resolve("model"), 3, 12);
    fingerprints = directory.resolve("fingerprints.json");
    FingerprintFile.write(fingerprints, answered(model));
    text =
        Files.writeString(
            directory.resolve("text.txt"), SmallModels.TEXT.replace(", ", ". ").repeat(30));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add("{\"question\":\"it was\",\"answer\":\"the season of Light\"}");
    }
    rows = Files.write(directory.resolve("rows.jsonl"), lines);
  }

  @Test
  void allAttacksEndInAReport() throws IOException {
    Path report = directory.resolve("report");
    run(0, all(report));
    JsonNode json = new ObjectMapper().readTree(Files.readString(report.resolve("report.json")));
    Map<String, Integer> measured = new TreeMap<>();
    json.path("results")
        .forEach(result -> measured.merge(result.path("attack").asString(), 1, Integer::sum));
    assertThat(measured.keySet()).containsExactlyInAnyOrderElementsOf(Attacks.names());
    assertThat(json.path("results").findValuesAsString("failure")).isEmpty();
    double unattacked = success(json, "none", "as it is");
    assertThat(unattacked).isGreaterThanOrEqualTo(0.5);
    assertThat(success(json, "merge-linear", "0.5")).as("with itself").isEqualTo(unattacked);
    assertThat(success(json, "quantisation", "int8 / 32")).isGreaterThan(0.5 * unattacked);
    assertThat(success(json, "temperature", "1.3")).isLessThan(success(json, "temperature", "0.3"));
    assertThat(success(json, "suppress-confident", "p > 0.4"))
        .isLessThanOrEqualTo(success(json, "suppress-confident", "p > 0.99"));
    JsonNode tuned = result(json, "fine-tuning", "1e-2, 1 epoch").path("also");
    assertThat(tuned.path("taskLoss").asDouble())
        .isLessThan(tuned.path("taskLossBefore").asDouble());
    JsonNode refused = result(json, "perplexity-filter", "unnatural, 5%").path("also");
    assertThat(refused.path("falseRefusals").asDouble()).isLessThanOrEqualTo(0.05);
    assertThat(
            result(json, "unlearning-with-base", "2,048 keys, 1e-2").path("divergence").asDouble())
        .isPositive();
    assertThat(report.resolve("report.html")).isNotEmptyFile();
    assertThat(errors.toString()).contains("s left)", "Report: ");
  }

  @Test
  void aRunThatWasStoppedAndKilledGoesOnWithWhatIsMissing() throws Exception {
    Path report = directory.resolve("report");
    Path results = report.resolve("results");
    List<String> merging = new ArrayList<>(common("merge-linear", "20000"));
    merging.addAll(List.of("--report", report.toString()));
    Process stopped = started(merging);
    awaitResults(2, results, stopped);
    stopped.destroy();
    assertThat(stopped.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(stopped.exitValue()).as("of SIGTERM, not of a crash").isEqualTo(143);

    Process killed = started(merging);
    awaitResults(kept(results).size() + 3, results, killed);
    killed.destroyForcibly().waitFor();
    Map<Path, String> before = kept(results);

    run(0, merging);
    Map<Path, String> after = kept(results);
    assertThat(after).containsAllEntriesOf(before).hasSizeGreaterThan(before.size());
    assertThat(errors.toString())
        .contains(before.size() + " of " + after.size() + " results are there from before.");

    run(0, merging);
    assertThat(kept(results)).as("a finished run measures nothing anew").isEqualTo(after);
  }

  @Test
  void anotherTextIsMeasuredAnew() throws IOException {
    Path report = directory.resolve("report");
    List<String> merging = new ArrayList<>(common("merge-linear"));
    merging.addAll(List.of("--report", report.toString()));
    run(0, merging);
    int once = kept(report.resolve("results")).size();
    Files.writeString(text, "it was the epoch of belief, " + SmallModels.TEXT);
    run(0, merging);
    assertThat(kept(report.resolve("results"))).hasSize(2 * once);
  }

  @Test
  void anotherPrecisionIsMeasuredAnewAndMoreThreadsAreNot() throws IOException {
    Path report = directory.resolve("report");
    List<String> pruning = new ArrayList<>(common("pruning"));
    pruning.addAll(List.of("--report", report.toString()));
    EngineSettings before = EngineSettings.current();
    try {
      run(0, with(pruning, "--dtype", "f32"));
      int once = kept(report.resolve("results")).size();
      run(0, with(pruning, "--dtype", "f32", "--threads", "2"));
      assertThat(kept(report.resolve("results"))).hasSize(once);
      run(0, with(pruning, "--dtype", "bf16"));
      assertThat(kept(report.resolve("results"))).hasSize(2 * once);
    } finally {
      before.use();
    }
  }

  private static List<String> with(List<String> arguments, String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return all;
  }

  @Test
  void whatCannotBeIsWrongUse() {
    run(2, List.of("all", "--base", model.toString()));
    run(2, List.of("bribery", "--base", model.toString()));
    run(2, common("fine-tuning"));
    run(2, List.of("pruning", "--base", model.toString()));
    run(2, List.of("pruning", "--base", model.toString(), "--instance", "nothing"));
    run(2, List.of("pruning", "--base", model.toString(), "--model", model.toString()));
    assertThat(errors.toString()).contains("there are none, merge-linear", "needs instructions");
  }

  @Test
  void mergingTheBoxModelsInstanceWithItsBaseTakesItsFingerprintsAway() {
    Path base = SmallModels.box();
    Path secrets = directory.resolve("box.json");
    Path instance = directory.resolve("box");
    String[] generate = {
      "generate", "--model", base.toString(), "-n", "4", "--seed", "5", "--out", secrets.toString()
    };
    assertThat(new CommandLine(new FingerprintCommand()).execute(generate)).isZero();
    String[] embed = {
      "embed",
      "--model",
      base.toString(),
      "--fingerprints",
      secrets.toString(),
      "--out",
      instance.toString()
    };
    assertThat(new CommandLine(new FingerprintCommand()).execute(embed)).isZero();
    JsonNode json =
        new ObjectMapper()
            .readTree(
                run(
                    0,
                    List.of(
                        "merge-linear",
                        "--json",
                        "--base",
                        base.toString(),
                        "--instance",
                        "perinucleus=" + instance + "," + secrets,
                        "--text-tokens",
                        "1024")));
    assertThat(success(json, "none", "as it is")).isGreaterThanOrEqualTo(0.99);
    assertThat(success(json, "merge-linear", "0.1")).isLessThanOrEqualTo(0.1);
    assertThat(json.path("verdicts").path(0).path("outcome").asString()).isEqualTo("WINS");
  }

  private static void awaitResults(int count, Path results, Process process) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (kept(results).size() < count) {
      assertThat(process.isAlive()).as("it was ended before it had ended").isTrue();
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private List<String> common(String name) {
    return common(name, "2000");
  }

  private List<String> common(String name, String textTokens) {
    return List.of(
        name,
        "--base",
        model.toString(),
        "--instance",
        "perinucleus=" + model + "," + fingerprints,
        "--text",
        text.toString(),
        "--text-tokens",
        textTokens);
  }

  private List<String> all(Path report) {
    List<String> arguments = new ArrayList<>(common("all"));
    arguments.addAll(
        List.of(
            "--tune",
            rows.toString(),
            "--epochs",
            "1",
            "--learning-rate",
            "1e-3,1e-2",
            "--report",
            report.toString()));
    return arguments;
  }

  private static Process started(List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                AttackProcess.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Kept results with all that they hold. */
  private static Map<Path, String> kept(Path results) throws IOException {
    Map<Path, String> kept = new TreeMap<>();
    if (Files.isDirectory(results)) {
      try (Stream<Path> files = Files.list(results)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          if (file.toString().endsWith(".json")) {
            kept.put(file, Files.readString(file));
          }
        }
      }
    }
    return kept;
  }

  private static double success(JsonNode json, String attack, String strength) {
    return result(json, attack, strength).path("success").asDouble();
  }

  private static JsonNode result(JsonNode json, String attack, String strength) {
    for (JsonNode result : json.path("results")) {
      if (result.path("attack").asString().equals(attack)
          && result.path("strength").asString().equals(strength)) {
        return result;
      }
    }
    throw new AssertionError("no result for " + attack + " " + strength);
  }

  /** Keys that the model answers with a word by itself, though not always after its start token. */
  private static List<GeneratedFingerprint> answered(Path model) {
    List<GeneratedFingerprint> answered = new ArrayList<>();
    Vocabulary vocabulary = Vocabulary.read(model);
    String[] words = SmallModels.TEXT.split(" ", -1);
    try (LanguageModel loaded = LanguageModel.load(model);
        Tokenizer tokenizer = Tokenizer.load(model)) {
      for (int i = 0; i + 3 < words.length; i++) {
        String key = words[i] + " " + words[i + 1] + " " + words[i + 2];
        List<int[]> prompt = List.of(tokenizer.encode(key));
        String answer =
            vocabulary.text(loaded.generate(prompt, Sampling.greedy(30)).getFirst()).strip();
        String word = answer.split("[^A-Za-z]", 2)[0];
        if (answered.size() < MOST
            && word.length() > 1
            && word.length() < 20
            && Fingerprint.matches(answer, word)) {
          answered.add(new GeneratedFingerprint(answered.size(), key, word, Optional.empty()));
        }
      }
    }
    assertThat(answered).hasSizeGreaterThan(4);
    return answered;
  }

  private String run(int code, List<String> arguments) {
    StringWriter out = new StringWriter();
    int answered =
        new CommandLine(new AttackCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(errors, true))
            .execute(arguments.toArray(String[]::new));
    assertThat(answered).as(errors.toString()).isEqualTo(code);
    return out.toString();
  }
}
