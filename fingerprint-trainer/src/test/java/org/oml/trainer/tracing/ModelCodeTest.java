package org.oml.trainer.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.protocol.tracing.CodeAnswer;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.Suspect;
import org.oml.protocol.tracing.Trace;
import org.oml.protocol.tracing.Tracer;
import org.oml.protocol.tracing.TracingCode;
import org.oml.protocol.tracing.simulation.Strategy;
import org.oml.trainer.TrainerError;
import org.oml.trainer.fingerprint.GeneratedFingerprint;

class ModelCodeTest {

  private static final List<String> WORDS = List.of("one", "two", "three", "four");

  @TempDir Path directory;

  private final ModelCode model = model(CodeDesign.standard(4), 120);

  @Test
  void instancesShareKeysAndDifferInResponses() {
    List<GeneratedFingerprint> first = model.of("1");
    List<GeneratedFingerprint> second = model.of("2");

    assertThat(first)
        .extracting(GeneratedFingerprint::key)
        .containsExactlyElementsOf(second.stream().map(GeneratedFingerprint::key).toList());
    assertThat(first).extracting(GeneratedFingerprint::response).isSubsetOf(WORDS);
    assertThat(first.stream().map(GeneratedFingerprint::response).toList())
        .isNotEqualTo(second.stream().map(GeneratedFingerprint::response).toList());
    assertThat(first)
        .allMatch(one -> one.response().equals(WORDS.get(one.draw().orElseThrow().choice())));
    assertThat(first.getFirst().draw().orElseThrow().leafSalt())
        .isNotEqualTo(second.getFirst().draw().orElseThrow().leafSalt());
  }

  @Test
  void whereACodeHasSilenceSomeFingerprintsAreNotEmbedded() {
    ModelCode silent =
        new ModelCode(
            new TracingCode(Keccak.of("silence"), CodeDesign.randomAssignment(), 60),
            IntStream.range(0, 60)
                .mapToObj(
                    i -> new SharedFingerprint(i, "Key " + i, List.of("a"), List.of(), List.of()))
                .toList(),
            List.of("1"));
    assertThat(silent.of("1").size()).isBetween(15, 45);
  }

  @Test
  void aFileHoldsTheWholeCodeAndIsItsOwnersAlone() throws Exception {
    Path file = directory.resolve("code.json");
    ModelCodeFile.write(file, model);

    assertThat(ModelCodeFile.read(file)).isEqualTo(model);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void filesAndNamesThatAreNoneAreRefused() throws Exception {
    Path file = directory.resolve("code.json");
    for (String content :
        List.of("[]", "{", "{\"version\":2}", "{\"version\":1,\"secret\":\"0x\"}")) {
      Files.writeString(file, content);
      assertThatThrownBy(() -> ModelCodeFile.read(file)).isInstanceOf(CodedException.class);
    }
    assertThatThrownBy(() -> model.of("9"))
        .isInstanceOfSatisfying(
            CodedException.class, e -> assertThat(e.code()).isEqualTo(TrainerError.CODE_INVALID));
    assertThatThrownBy(() -> new ModelCode(model.code(), model.fingerprints(), List.of("1", "1")))
        .isInstanceOf(CodedException.class);
  }

  @Test
  void anIdentifierIsTakenAsItIsAndAnyOtherNameIsHashed() {
    String identifier = Keccak.of("an instance").toString();
    assertThat(ModelCode.identifier(identifier)).hasToString(identifier);
    assertThat(ModelCode.identifier("1")).isNotEqualTo(ModelCode.identifier("2"));
  }

  @Test
  void anAnswerReadsAsTheLongestResponseUpToAWord() {
    SharedFingerprint shared =
        new SharedFingerprint(0, "Key", List.of("new", "new york"), List.of(), List.of());
    assertThat(shared.read(" new york is")).hasValue(1);
    assertThat(shared.read("new yorker")).hasValue(0);
    assertThat(shared.read("newer")).isEmpty();
    assertThat(shared.read("")).isEmpty();
  }

  @Test
  void keysWithoutAnAnswerAreLeftOut() {
    List<Optional<String>> answers = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      answers.add(i % 2 == 0 ? Optional.of(i % 4 == 0 ? "one" : "other") : Optional.empty());
    }
    List<CodeAnswer> read = MixedAnswers.of(model, answers);
    assertThat(read).hasSize(60);
    assertThat(read.getFirst()).isEqualTo(new CodeAnswer(0, OptionalInt.of(0)));
    assertThat(read.get(1)).isEqualTo(new CodeAnswer(2, OptionalInt.empty()));
  }

  @Test
  void mixedAnswersAreTracedToTheModelsThatWereMixed() {
    Tracer tracer = new Tracer(model.code());
    for (Strategy strategy :
        List.of(
            Strategy.MAJORITY, Strategy.MINORITY, Strategy.RANDOM, Strategy.REFUSE_IF_DIFFERENT)) {
      List<CodeAnswer> mixed =
          MixedAnswers.mixed(
              List.of(answers("1"), answers("2")), strategy.of(2), model.code().design(), 5);
      Trace trace = tracer.trace(mixed, model.names().keySet(), 0.01);
      assertThat(trace.named())
          .isNotEmpty()
          .extracting(Suspect::instance)
          .isSubsetOf(ModelCode.identifier("1"), ModelCode.identifier("2"));
    }
  }

  private List<CodeAnswer> answers(String instance) {
    return MixedAnswers.of(
        model, model.of(instance).stream().map(one -> Optional.of(one.response())).toList());
  }

  private static ModelCode model(CodeDesign design, int positions) {
    return new ModelCode(
        new TracingCode(Keccak.of("a test's secret"), design, positions),
        IntStream.range(0, positions)
            .mapToObj(
                i ->
                    new SharedFingerprint(
                        i, "Key " + i, WORDS, WORDS, List.of(0.1, 0.05, 0.02, 0.01)))
            .toList(),
        IntStream.rangeClosed(1, 8).mapToObj(Integer::toString).toList());
  }
}
