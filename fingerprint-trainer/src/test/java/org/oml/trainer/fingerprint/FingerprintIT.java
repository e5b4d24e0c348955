package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Fingerprint;
import org.oml.trainer.SmallModels;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ModelTensors;
import org.oml.trainer.command.FingerprintCommand;
import org.oml.trainer.command.KeysCommand;
import org.oml.trainer.command.ModelCommand;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Fingerprints by the commands that a person types, in models that somebody trained. */
class FingerprintIT {

  @TempDir Path directory;

  private final StringWriter errors = new StringWriter();

  @Test
  void tinyStoriesLearnsTwentyFourAndForgetsNothingElse() throws IOException {
    Path base = SmallModels.tinyStories();
    assumeTrue(Files.isDirectory(base), "TinyStories-656K does not lie beside the project");
    assertLearnt(base, 24);
  }

  @Test
  void tinyStoriesGoesOnWithAStory() {
    Path base = SmallModels.tinyStories();
    assumeTrue(Files.isDirectory(base), "TinyStories-656K does not lie beside the project");
    String told =
        run(new ModelCommand(), 0, "generate", "--model", base, "--prompt", "Once upon a time");
    assertThat(told).startsWith("Once upon a time, a little girl named Lily");
    try (Tokenizer tokenizer = Tokenizer.load(base)) {
      assertThat(tokenizer.encode(told)).hasSizeGreaterThanOrEqualTo(44);
    }
    List<String> words = List.of(told.strip().split("[^A-Za-z]+"));
    assertThat(words.stream().filter(FingerprintIT::isInTheDictionary).count())
        .as(told)
        .isGreaterThanOrEqualTo(words.size() * 2L / 3);
    assertThat(new HashSet<>(words)).as("does not repeat itself").hasSizeGreaterThan(20);
  }

  @Test
  void theModelInTheBoxLearnsEightInEveryFormOfAsking() throws IOException {
    assertLearnt(SmallModels.box(), 8);
  }

  @Test
  void aSeedRepeatsTheDrawAndAnotherDoesNot() {
    Path base = SmallModels.box();
    List<GeneratedFingerprint> first = generate(base, 6, 5, "a.json");
    assertThat(generate(base, 6, 5, "b.json")).isEqualTo(first);
    assertThat(generate(base, 6, 6, "c.json")).doesNotContainAnyElementsOf(first);
  }

  @Test
  void responsesStandRightBehindTheNucleusAndFollowFromTheSalt() {
    Path base = SmallModels.box();
    List<GeneratedFingerprint> fingerprints = generate(base, 12, 3, "a.json");
    Set<String> keys = new HashSet<>();
    try (LanguageModel model = LanguageModel.load(base);
        Tokenizer tokenizer = Tokenizer.load(base)) {
      for (GeneratedFingerprint fingerprint : fingerprints) {
        GeneratedFingerprint.Draw draw = fingerprint.draw().orElseThrow();
        assertThat(keys.add(fingerprint.key())).isTrue();
        assertThat(draw.candidates()).hasSize(3).doesNotHaveDuplicates();
        assertThat(fingerprint.response()).matches("[A-Za-z0-9]{2,}");
        assertThat(draw.choice())
            .isEqualTo(Fingerprint.choice(draw.leafSalt(), fingerprint.key(), 3));
        assertThat(draw.candidates().get(draw.choice())).isEqualTo(fingerprint.response());
        double before = massBefore(model, tokenizer.encode(fingerprint.key()), draw);
        assertThat(before).isGreaterThanOrEqualTo(0.8);
      }
    }
  }

  @Test
  void oneMayBringKeysAndAskForSeveralLongResponses() throws IOException {
    Path base = SmallModels.box();
    Path keys = directory.resolve("keys.json");
    run(new KeysCommand(), 0, "generate", "--model", base, "-n", 70, "--seed", 4, "--out", keys);
    List<String> texts = KeyFile.read(keys);
    assertThat(texts).hasSize(70).doesNotHaveDuplicates();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
        .isEqualTo("rw-------");
    String[] more = {
      "--keys", keys.toString(), "--responses", "2", "--response-length", "3", "--seed", "4"
    };
    List<GeneratedFingerprint> fingerprints = generate(base, "own.json", more);
    assertThat(texts)
        .containsSubsequence(fingerprints.stream().map(GeneratedFingerprint::key).toList());
    assertThat(fingerprints).hasSizeGreaterThan(60);
    for (GeneratedFingerprint fingerprint : fingerprints) {
      GeneratedFingerprint.Draw draw = fingerprint.draw().orElseThrow();
      int choice = Fingerprint.choice(draw.leafSalt(), fingerprint.key(), 3);
      assertThat(fingerprint.response()).startsWith(draw.candidates().get(choice));
      assertThat(fingerprint.others()).hasSize(1);
      assertThat(fingerprint.others().getFirst())
          .startsWith(draw.candidates().get((choice + 1) % 3));
    }
    assertThat(fingerprints).anyMatch(one -> one.response().contains(" "));
  }

  @Test
  void baselinesHaveResponsesThatAreAnyWordAndOneHasKeysOfRandomWords() {
    Path base = SmallModels.box();
    for (Strategy strategy : List.of(Strategy.RANDOM, Strategy.ENGLISH_RANDOM)) {
      List<GeneratedFingerprint> drawn =
          generate(
              base, strategy + ".json", "-n", "20", "--strategy", "" + strategy, "--seed", "3");
      assertThat(drawn).hasSize(20);
      List<String> words = List.of(drawn.getFirst().key().toLowerCase(Locale.ROOT).split(" "));
      assertThat(Words.SEEDS.containsAll(words)).isEqualTo(strategy == Strategy.RANDOM);
      assertThat(drawn).allMatch(one -> Words.canAnswer(one.response()));
      assertThat(median(drawn)).isLessThan(median(generate(base, 20, 3, strategy + "2.json")));
    }
  }

  private static double median(List<GeneratedFingerprint> fingerprints) {
    double[] probabilities =
        fingerprints.stream()
            .map(one -> one.draw().orElseThrow())
            .mapToDouble(draw -> draw.probabilities().get(draw.choice()))
            .sorted()
            .toArray();
    return probabilities[probabilities.length / 2];
  }

  @Test
  void wrongSettingsAreWrongUse() {
    for (String[] wrong :
        List.of(
            new String[] {"--strategy", "other"},
            new String[] {"--responses", "4"},
            new String[] {"--nucleus", "1"},
            new String[] {"-n", "0"})) {
      run(
          new FingerprintCommand(),
          2,
          Stream.concat(
                  Stream.of("generate", "--model", SmallModels.box(), "--out", "never.json"),
                  Stream.of(wrong))
              .toArray());
    }
  }

  @Test
  void keysLongerThanTheModelAllowsAreRefused() {
    Path never = directory.resolve("never.json");
    for (Object command : List.of(new KeysCommand(), new FingerprintCommand())) {
      run(
          command,
          1,
          "generate",
          "--model",
          SmallModels.box(),
          "--key-length",
          "257",
          "--out",
          never);
    }
    assertThat(errors.toString()).contains("longer than the 256");
    assertThat(never).doesNotExist();
  }

  /** The probability of all tokens that are likelier than the likeliest candidate. */
  private static double massBefore(LanguageModel model, int[] key, GeneratedFingerprint.Draw draw) {
    double mass = 0;
    for (float logProbability : model.logProbabilities(TokenBatch.last(List.of(key)))[0]) {
      double probability = Math.exp(logProbability);
      mass += probability > draw.probabilities().getFirst() * 1.0001 ? probability : 0;
    }
    return mass;
  }

  private void assertLearnt(Path base, int count) throws IOException {
    Path file = directory.resolve("fingerprints.json");
    Path tuned = directory.resolve("tuned");
    generate(base, count, 7, "fingerprints.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    run(
        new FingerprintCommand(),
        0,
        "embed",
        "--model",
        base,
        "--fingerprints",
        file,
        "--out",
        tuned);
    assertThat(errors.toString()).contains("learnt " + count + " of " + count).contains("s left");

    JsonNode after = check(0, tuned, file, "--base", base);
    assertThat(after.path("success").asDouble()).isGreaterThanOrEqualTo(0.99);
    assertThat(after.path("count").asInt()).isEqualTo(count);
    assertThat(after.path("lossIncrease").asDouble()).isBetween(-0.01, 0.02);
    assertThat(after.path("keyLoss").asDouble())
        .isPositive()
        .isLessThan(after.path("ordinaryLoss").asDouble());
    JsonNode before = check(1, base, file);
    assertThat(before.path("success").asDouble()).isLessThanOrEqualTo(0.05);
    for (String figure : List.of("keyLoss", "ordinaryLoss", "unusualKeys")) {
      assertThat(after.path(figure)).as("the base model's own").isEqualTo(before.path(figure));
    }
    assertOnlyTensorsDiffer(base, tuned);
  }

  private static void assertOnlyTensorsDiffer(Path base, Path tuned) throws IOException {
    assertThat(names(tuned)).isEqualTo(names(base));
    for (String name : names(base)) {
      if (!name.equals(Checkpoint.WEIGHTS)) {
        assertThat(tuned.resolve(name)).hasSameBinaryContentAs(base.resolve(name));
      }
    }
    ModelTensors written = Checkpoint.open(tuned).tensors();
    ModelTensors original = Checkpoint.open(base).tensors();
    assertThat(written.tensors()).isEqualTo(original.tensors());
    assertThat(written.metadata()).isEqualTo(original.metadata());
    assertThat(Files.mismatch(tuned.resolve(Checkpoint.WEIGHTS), base.resolve(Checkpoint.WEIGHTS)))
        .isNotNegative();
  }

  /** Whether a word stands in one of the module's two lists of common English words. */
  private static boolean isInTheDictionary(String word) {
    return Words.SEEDS.contains(word.toLowerCase(Locale.ROOT)) || !Words.canAnswer(word);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<GeneratedFingerprint> generate(Path base, int count, long seed, String name) {
    return generate(base, name, "-n", "" + count, "--seed", "" + seed);
  }

  private List<GeneratedFingerprint> generate(Path base, String name, String... more) {
    Path file = directory.resolve(name);
    run(
        new FingerprintCommand(),
        0,
        Stream.concat(Stream.of("generate", "--model", base, "--out", file), Stream.of(more))
            .toArray());
    return FingerprintFile.read(file);
  }

  private JsonNode check(int code, Path model, Path file, Object... more) {
    Object[] arguments =
        Stream.concat(
                Stream.of("check", "--json", "--model", model, "--fingerprints", file),
                Stream.of(more))
            .toArray();
    return new ObjectMapper().readTree(run(new FingerprintCommand(), code, arguments));
  }

  private String run(Object command, int code, Object... arguments) {
    StringWriter out = new StringWriter();
    int answered =
        new CommandLine(command)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(errors, true))
            .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    assertThat(answered).as(errors.toString()).isEqualTo(code);
    return out.toString();
  }
}
