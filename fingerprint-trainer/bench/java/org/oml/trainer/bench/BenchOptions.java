package org.oml.trainer.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.oml.trainer.attack.FinishedParts;
import org.oml.trainer.attack.InstanceWorkshop;
import org.oml.trainer.comparison.HeldOutText;
import org.oml.trainer.model.EngineSettings;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What every benchmark is told, and the kernel that they share: parts of a run are kept under
 * {@code --out} as they finish, so that a run that was cut off goes on.
 */
final class BenchOptions {

  static final ObjectMapper JSON = new ObjectMapper();

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "base model")
  private Path model = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "keeps parts, instances, tables and drawings; give it again to go on")
  private Path out = Path.of("");

  @Option(
      names = "--seed",
      defaultValue = "7",
      paramLabel = "N",
      description = "of everything that is drawn (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "held-out text; otherwise 200 seeded texts of the base model's own")
  private @Nullable Path text;

  @Option(
      names = "--text-tokens",
      defaultValue = "51200",
      paramLabel = "N",
      description = "tokens of it (${DEFAULT-VALUE})")
  private int textTokens;

  /** For picocli. */
  BenchOptions() {}

  Path model() {
    return model;
  }

  Path out() {
    return out;
  }

  long seed() {
    return seed;
  }

  /** Makes instances once and keeps them under {@code --out}. */
  InstanceWorkshop workshop() {
    return new InstanceWorkshop(out.resolve("instances"), model, System.err::println);
  }

  /** The text on which utility is measured. */
  HeldOutText heldOut(LanguageModel base) {
    Path file = text;
    if (file == null) {
      return HeldOutText.sampled(base, textTokens);
    }
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      int context = base.configuration().contextLength();
      return HeldOutText.read(file, tokenizer, Vocabulary.read(model), context, textTokens);
    }
  }

  /** What every result hangs on: model, text, seed and how it is computed. */
  String identity() {
    return String.join(
        "\n",
        FinishedParts.modelDigest(model),
        EngineSettings.current().identity(),
        text == null ? "sampled" : FinishedParts.digest(text),
        textTokens + " " + seed);
  }

  /**
   * A part of the run: from the disk, or measured and kept.
   *
   * @param settings all that it hangs on beside the model, the text and the seed
   */
  JsonNode part(String name, String settings, Supplier<ObjectNode> measure) {
    FinishedParts parts = new FinishedParts(out.resolve("parts"));
    String identity = String.join("\n", identity(), settings);
    Optional<JsonNode> kept = parts.find(name, identity);
    if (kept.isPresent()) {
      System.err.println(name + ": there from before");
      return kept.get();
    }
    System.err.println(name + " ...");
    double before = cpuSeconds();
    ObjectNode result = measure.get();
    result.put("cpuSeconds", cpuSeconds() - before);
    parts.keep(name, identity, result);
    System.err.printf(Locale.ROOT, "%s: %.1f CPU s%n", name, cpuSeconds() - before);
    return result;
  }

  /** Writes a whole file under {@code --out} and says so. */
  void write(String name, String content) {
    FinishedParts.writeWhole(out.resolve(name), content);
    System.err.println("Written: " + out.resolve(name));
  }

  /** What this process has computed so far; waiting for a core does not lengthen it. */
  static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** Where a list of results has one, or nothing. */
  static Optional<JsonNode> first(List<JsonNode> results, String member, String value) {
    return results.stream().filter(one -> one.path(member).asString("").equals(value)).findFirst();
  }
}
