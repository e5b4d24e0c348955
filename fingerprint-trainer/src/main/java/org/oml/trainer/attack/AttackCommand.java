package org.oml.trainer.attack;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.oml.trainer.command.EngineOptions;
import org.oml.trainer.comparison.HeldOutText;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.EngineSettings;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ModelKinship;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Attacks fingerprinted models and says what is left of the fingerprints and of the models. */
@Command(
    name = "attack",
    mixinStandardHelpOptions = true,
    description = "Attack a fingerprinted model and say what survives",
    footer = {
      "",
      "Without --text utility is measured on text that the base model writes itself, which flatters"
          + " models that were trained on such text.",
      "Without --tune nobody fine-tunes."
    })
public final class AttackCommand implements Callable<Integer> {

  private static final String ALL = "all";

  /** The names that may be given, for the help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      List<String> names = new ArrayList<>(List.of(ALL));
      names.addAll(Attacks.names());
      return names.iterator();
    }
  }

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "${COMPLETION-CANDIDATES}")
  private String name = ALL;

  @Option(
      names = "--base",
      required = true,
      paramLabel = "DIR",
      description = "base model of the instances")
  private Path base = Path.of("");

  @Option(names = "--model", paramLabel = "DIR", description = "the instance, if it is one")
  private @Nullable Path model;

  @Option(names = "--fingerprints", paramLabel = "FILE", description = "its fingerprints")
  private @Nullable Path fingerprints;

  @Option(
      names = "--instance",
      paramLabel = "NAME=DIR,FILE",
      description = "an instance beside others, such as perinucleus=M.oml,f.json; repeatable")
  private List<String> named = new ArrayList<>();

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "make an instance of each strategy with so many fingerprints (needs --report)")
  private @Nullable Integer count;

  @Option(
      names = "--strategies",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "perinucleus,random,english-random",
      description = "what -n makes (${DEFAULT-VALUE})")
  private List<String> strategies = List.of();

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "ordinary text that neither model was trained on")
  private @Nullable Path text;

  @Option(
      names = "--text-tokens",
      paramLabel = "N",
      defaultValue = "" + HeldOutText.TOKENS,
      description = "tokens that are read of it (${DEFAULT-VALUE})")
  private int textTokens;

  @Option(
      names = "--tune",
      paramLabel = "FILE",
      description =
          "JSONL of instructions to fine-tune on: prompt/response, question/answer or"
              + " instruction/output")
  private @Nullable Path tune;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "rows that are read of it at most")
  private int rows;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "2",
      description = "of fine-tuning (${DEFAULT-VALUE})")
  private int epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      split = ",",
      defaultValue = "1e-4,1e-3",
      description = "of fine-tuning, ascending, each tried (${DEFAULT-VALUE})")
  private List<Double> learningRates = List.of();

  @Option(
      names = "--rank",
      paramLabel = "R",
      defaultValue = "8",
      description = "of low-rank adaptation (${DEFAULT-VALUE})")
  private int rank;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "sequences in a step of fine-tuning (${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "of everything that is drawn (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "keep each result as it comes, go on with what is missing, and write report.json and"
              + " report.html")
  private @Nullable Path report;

  @Option(names = "--json", description = "one JSON object on stdout")
  private boolean json;

  @Mixin private EngineOptions engine = new EngineOptions();

  /** For picocli. */
  public AttackCommand() {}

  @Override
  public Integer call() {
    engine.apply();
    Path directory = report;
    if (name.equals(ALL) && directory == null) {
      throw wrongUse("'all' takes long: name a --report directory to keep its results.");
    }
    AttackSettings settings = settings();
    List<Attack> attacks = chosen(Attacks.all(settings));
    List<Instance> instances = instances(directory);
    Optional<FinishedParts> kept =
        Optional.ofNullable(directory).map(path -> new FinishedParts(path.resolve("results")));
    try (LanguageModel original = LanguageModel.load(base)) {
      HeldOutText heldOut = heldOut(original);
      double baseLoss = heldOut.loss(original);
      AttackRun run = new AttackRun(original, heldOut, attacks, conditions(), kept, err()::println);
      List<AttackResult> results =
          run.run(
              instances,
              soFar -> {
                if (directory != null) {
                  write(directory, report(baseLoss, instances, attacks, soFar));
                }
              });
      AttackReport whole = report(baseLoss, instances, attacks, results);
      if (directory != null) {
        write(directory, whole);
        err().println("Report: " + directory.resolve("report.html"));
      }
      print(whole);
    }
    return 0;
  }

  private AttackSettings settings() {
    Path file = tune;
    Optional<InstructionRows> read =
        file == null ? Optional.empty() : Optional.of(InstructionRows.read(file, rows));
    return orWrongUse(() -> new AttackSettings(seed, read, epochs, learningRates, rank, batch));
  }

  private List<Attack> chosen(List<Attack> all) {
    if (name.equals(ALL)) {
      return all;
    }
    List<Attack> chosen =
        all.stream()
            .filter(attack -> attack.name().equals(name) || attack.name().equals(Unattacked.NAME))
            .toList();
    if (!Attacks.names().contains(name)) {
      throw wrongUse(
          "There is no attack " + name + "; there are " + String.join(", ", Attacks.names()) + ".");
    }
    if (chosen.stream().noneMatch(attack -> attack.name().equals(name))) {
      throw wrongUse(name + " needs instructions: give --tune.");
    }
    return chosen;
  }

  private List<Instance> instances(@Nullable Path directory) {
    List<Instance> instances = new ArrayList<>();
    if (model != null && fingerprints != null) {
      instances.add(new Instance("instance", model, fingerprints));
    } else if (model != null || fingerprints != null) {
      throw wrongUse("--model and --fingerprints belong together.");
    }
    named.forEach(one -> instances.add(orWrongUse(() -> parsed(one))));
    instances.forEach(one -> ModelKinship.requireInstance(base, one.directory()));
    if (count != null) {
      if (directory == null || count < 1) {
        throw wrongUse("-n needs a positive number and --report, where the instances are kept.");
      }
      InstanceWorkshop workshop =
          new InstanceWorkshop(directory.resolve("instances"), base, err()::println);
      for (String strategy : strategies) {
        Strategy chosen = orWrongUse(() -> Strategy.named(strategy));
        instances.add(workshop.make(chosen, count, seed));
      }
    }
    if (instances.isEmpty()) {
      throw wrongUse("Give --model and --fingerprints, or --instance, or -n to make instances.");
    }
    if (instances.stream().map(Instance::name).distinct().count() < instances.size()) {
      throw wrongUse("Each --instance needs a name of its own.");
    }
    return instances;
  }

  private static Instance parsed(String text) {
    int equals = text.indexOf('=');
    int comma = text.lastIndexOf(',');
    if (equals < 1 || comma < equals) {
      throw new IllegalArgumentException("--instance is NAME=DIR,FILE, not " + text + ".");
    }
    return new Instance(
        text.substring(0, equals),
        Path.of(text.substring(equals + 1, comma)),
        Path.of(text.substring(comma + 1)));
  }

  private HeldOutText heldOut(LanguageModel original) {
    if (textTokens < 2) {
      throw wrongUse("--text-tokens is 2 or more.");
    }
    Path file = text;
    if (file == null) {
      return HeldOutText.sampled(original, textTokens);
    }
    try (Tokenizer tokenizer = Tokenizer.load(base)) {
      int context = original.configuration().contextLength();
      return HeldOutText.read(file, tokenizer, Vocabulary.read(base), context, textTokens);
    }
  }

  /** Everything that a result hangs on beside the instance. */
  private String conditions() {
    return String.join(
        "\n",
        FinishedParts.modelDigest(base),
        EngineSettings.current().identity(),
        text == null ? "sampled" : FinishedParts.digest(text),
        tune == null ? "no rows" : FinishedParts.digest(tune),
        "%d %d %d %s %d %d %d"
            .formatted(textTokens, rows, epochs, learningRates, rank, batch, seed));
  }

  private AttackReport report(
      double baseLoss, List<Instance> instances, List<Attack> attacks, List<AttackResult> results) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    instances.forEach(
        one -> counts.put(one.name(), FingerprintFile.read(one.fingerprints()).size()));
    String of = text == null ? "text that it wrote itself" : String.valueOf(text.getFileName());
    Path directory = base.toAbsolutePath().normalize();
    return new AttackReport(
        String.valueOf(directory.getFileName()), baseLoss, of, counts, attacks, results);
  }

  private static void write(Path directory, AttackReport report) {
    FinishedParts.writeWhole(
        directory.resolve("report.json"), report.toJson().toPrettyString() + "\n");
    FinishedParts.writeWhole(directory.resolve("report.html"), new ReportPage(report).html());
  }

  private void print(AttackReport whole) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(whole.toJson());
    } else {
      out.printf(
          Locale.ROOT,
          "%-12s %-22s %-22s %8s %8s %8s %8s%n",
          "instance",
          "attack",
          "strength",
          "success",
          "margin",
          "loss",
          "KL");
      whole.results().forEach(result -> print(out, result));
      for (Attack attack : whole.realAttacks()) {
        for (String instance : whole.counts().keySet()) {
          out.println(
              instance + ", " + attack.name() + ": " + whole.verdict(instance, attack).sentence());
        }
      }
    }
    out.flush();
  }

  private static void print(PrintWriter out, AttackResult result) {
    out.printf(
        Locale.ROOT,
        "%-12s %-22s %-22s %s%n",
        result.instance(),
        result.attack(),
        result.strength(),
        result
            .measurement()
            .map(
                found ->
                    String.format(
                        Locale.ROOT,
                        "%7.1f%% %8.2f %+7.2f%% %8.4f",
                        100 * found.success(),
                        found.margin(),
                        100 * found.lossIncrease(),
                        found.divergence()))
            .orElse(result.failure()));
  }

  private <T> T orWrongUse(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException refused) {
      throw new ParameterException(
          spec.commandLine(), String.valueOf(refused.getMessage()), refused);
    }
  }

  private ParameterException wrongUse(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
