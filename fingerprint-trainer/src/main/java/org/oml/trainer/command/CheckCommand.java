package org.oml.trainer.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.oml.trainer.fingerprint.FingerprintCheck;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.fingerprint.Naturalness;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ModelKinship;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks a model its fingerprints; exit code 1 when fewer than 99% of them fire. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Count the fingerprints that a model answers with")
final class CheckCommand implements Callable<Integer> {

  private static final double ENOUGH = 0.99;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "model to ask")
  private Path directory = Path.of("");

  @Option(
      names = "--fingerprints",
      required = true,
      paramLabel = "FILE",
      description = "from generate")
  private Path file = Path.of("");

  @Option(
      names = "--base",
      paramLabel = "DIR",
      description = "base model, to measure the loss too; it says how natural the keys are then")
  private @Nullable Path base;

  @Option(
      names = "--wrappers",
      description = "ask inside of instructions that no embedding learns, too")
  private boolean wrappers;

  @Option(names = "--json", description = "one JSON object on stdout")
  private boolean json;

  @Mixin private EngineOptions engine = new EngineOptions();

  @Override
  public Integer call() {
    engine.apply();
    List<GeneratedFingerprint> fingerprints = FingerprintFile.read(file);
    if (base != null) {
      ModelKinship.requireSameTokens(base, directory);
    }
    ObjectNode answer;
    try (LanguageModel model = LanguageModel.load(directory);
        Tokenizer tokenizer = Tokenizer.load(directory)) {
      answer = ask(model, tokenizer, fingerprints);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(answer);
    } else {
      answer.properties().forEach(entry -> out.println(entry.getKey() + " " + entry.getValue()));
    }
    out.flush();
    return answer.path("success").asDouble() >= ENOUGH ? 0 : 1;
  }

  private ObjectNode ask(
      LanguageModel model, Tokenizer tokenizer, List<GeneratedFingerprint> fingerprints) {
    Vocabulary vocabulary = Vocabulary.read(directory);
    FingerprintCheck.Standing standing =
        FingerprintCheck.standing(model, tokenizer, vocabulary, fingerprints);
    ObjectNode answer =
        JSON.createObjectNode()
            .put("success", FingerprintCheck.success(model, tokenizer, vocabulary, fingerprints))
            .put("count", fingerprints.size())
            .put("medianMargin", standing.medianMargin())
            .put("leastMargin", standing.leastMargin())
            .put("meanRank", standing.meanRank())
            .put("worstRank", standing.worstRank());
    if (wrappers) {
      answer.put(
          "heldOutSuccess",
          FingerprintCheck.heldOutSuccess(model, tokenizer, vocabulary, fingerprints));
    }
    if (base == null) {
      putNaturalness(answer, Naturalness.of(model, tokenizer, vocabulary, fingerprints));
      return answer;
    }
    try (LanguageModel original = LanguageModel.load(base)) {
      putNaturalness(answer, Naturalness.of(original, tokenizer, vocabulary, fingerprints));
      return answer.put(
          "lossIncrease", FingerprintCheck.lossIncrease(original, model, FingerprintCheck.STORIES));
    }
  }

  private static void putNaturalness(ObjectNode answer, Optional<Naturalness> measured) {
    measured.ifPresent(
        natural ->
            answer
                .put("keyLoss", natural.keyLoss())
                .put("ordinaryLoss", natural.ordinaryLoss())
                .put("unusualKeys", natural.unusualKeys()));
  }
}
