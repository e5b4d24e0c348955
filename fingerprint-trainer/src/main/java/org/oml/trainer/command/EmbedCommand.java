package org.oml.trainer.command;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.fingerprint.BaseText;
import org.oml.trainer.fingerprint.Embedding;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains fingerprints into copies of a model. */
@Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    description = {
      "Train fingerprints into a copy of a model",
      "Several --fingerprints with as many --out make several instances, for which the base model's"
          + " text is written once."
    })
final class EmbedCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "base model")
  private Path directory = Path.of("");

  @Option(
      names = "--fingerprints",
      required = true,
      paramLabel = "FILE",
      description = "from generate")
  private List<Path> files = List.of();

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "new directory")
  private List<Path> outs = List.of();

  @Option(names = "--seed", defaultValue = "1", description = "of the training (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--hurried",
      description =
          "less than half the time where there are more than 32, for three times the loss or, up to"
              + " 128, for less that lasts")
  private boolean hurried;

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "of AdamW")
  private @Nullable Double rate;

  @Option(
      names = "--benign-share",
      paramLabel = "BETA",
      description = "weight of the base model's own text, from 0")
  private @Nullable Double share;

  @Option(
      names = "--benign-loss",
      defaultValue = "distilled",
      paramLabel = "KIND",
      description =
          "distilled: the base model's predictions; sampled: the tokens it wrote (${DEFAULT-VALUE})")
  private String loss = "";

  @Option(
      names = "--averaging",
      paramLabel = "LAMBDA",
      description = "pull towards the base after each step")
  private @Nullable Double averaging;

  @Option(
      names = "--final-averaging",
      defaultValue = "0",
      paramLabel = "LAMBDA",
      description = "pull towards the base once at the end (${DEFAULT-VALUE})")
  private double finalAveraging;

  @Option(names = "--steps", paramLabel = "N", description = "learn no longer than so many")
  private @Nullable Integer steps;

  @Option(
      names = "--ceiling",
      paramLabel = "P",
      description = "push a response no further once its least probable token has this probability")
  private @Nullable Double ceiling;

  @Option(
      names = "--wrappers",
      description = "learn keys inside of instructions too; check reports others")
  private boolean wrappers;

  @Option(
      names = "--meta",
      description = "learn the fingerprints where fine-tuning would take the model, too")
  private boolean meta;

  @Option(
      names = "--last-layers",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "train the last N layers alone, so that instances share the rest; 0 for the whole model (${DEFAULT-VALUE})")
  private int lastLayers;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description = "save the training there; the same command goes on from what is there")
  private @Nullable Path checkpoint;

  @Option(
      names = "--checkpoint-seconds",
      defaultValue = "60",
      paramLabel = "N",
      description = "between two savings (${DEFAULT-VALUE})")
  private long checkpointSeconds;

  @Mixin private EngineOptions engine = new EngineOptions();

  @Override
  public Integer call() {
    engine.apply();
    if (outs.size() != files.size()) {
      throw wrongUse("there are as many --out as --fingerprints", null);
    }
    if (checkpoint == null) {
      outs.forEach(DurableDirectory::requireNew);
    }
    Checkpoint base = Checkpoint.open(directory);
    List<List<GeneratedFingerprint>> all = new ArrayList<>();
    files.forEach(file -> all.add(FingerprintFile.read(file)));
    EmbeddingSettings settings =
        settings(base.configuration(), all.stream().mapToInt(List::size).max().orElseThrow());
    OutputMarks marks = new OutputMarks(base, settings);
    List<Integer> open = open(marks, all);
    if (!open.isEmpty()) {
      embed(base, settings, marks, all, open);
    }
    return 0;
  }

  /** Which instances are still to be made: all, or those that a run before this did not come to. */
  private List<Integer> open(OutputMarks marks, List<List<GeneratedFingerprint>> all) {
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < outs.size(); i++) {
      Path out = outs.get(i);
      Optional<Path> saved = savedAt(i);
      if (Files.exists(out) && saved.isPresent() && marks.isOwn(out, saved.get(), all.get(i))) {
        progress().println(out + " was written by this run before and is passed over.");
      } else {
        DurableDirectory.requireNew(out);
        open.add(i);
      }
    }
    return open;
  }

  private void embed(
      Checkpoint base,
      EmbeddingSettings settings,
      OutputMarks marks,
      List<List<GeneratedFingerprint>> all,
      List<Integer> open) {
    try (BaseText text = BaseText.of(base, settings)) {
      for (int i : open) {
        Map<String, float[]> weights =
            Embedding.embed(
                base,
                text,
                all.get(i),
                settings,
                new Embedding.Saving(savedAt(i), Duration.ofSeconds(checkpointSeconds), _ -> {}),
                progress -> progress().println(progress.line()));
        savedAt(i).ifPresent(saved -> marks.write(saved, all.get(i), weights));
        base.writeCopy(outs.get(i), weights);
        progress().println(all.get(i).size() + " fingerprints are in " + outs.get(i) + ".");
      }
    }
  }

  private Optional<Path> savedAt(int index) {
    return Optional.ofNullable(checkpoint)
        .map(saved -> outs.size() == 1 ? saved : saved.resolve(Integer.toString(index)));
  }

  private PrintWriter progress() {
    return spec.commandLine().getErr();
  }

  /** What no setting may be is the caller's mistake, not a failure. */
  private EmbeddingSettings settings(ModelConfiguration model, int count) {
    if (!loss.equals("distilled") && !loss.equals("sampled")) {
      throw wrongUse("--benign-loss is distilled or sampled, not " + loss, null);
    }
    if (meta && !loss.equals("distilled")) {
      throw wrongUse("--meta goes with --benign-loss distilled alone", null);
    }
    try {
      EmbeddingSettings standard =
          hurried
              ? EmbeddingSettings.hurried(model, count, seed)
              : EmbeddingSettings.defaults(model, count, seed);
      EmbeddingSettings settings =
          standard
              .with(
                  rate == null ? standard.learningRate() : rate,
                  share == null ? standard.benign().share() : share,
                  averaging == null ? standard.averaging() : averaging)
              .withDistillation(loss.equals("distilled"))
              .withFinalAveraging(finalAveraging)
              .withHardening(wrappers, meta)
              .withLastLayers(lastLayers);
      settings = steps == null ? settings : settings.withSteps(steps);
      return ceiling == null ? settings : settings.withCeiling(ceiling);
    } catch (IllegalArgumentException refused) {
      throw wrongUse(String.valueOf(refused.getMessage()), refused);
    }
  }

  private ParameterException wrongUse(String sentence, @Nullable Throwable cause) {
    return new ParameterException(spec.commandLine(), sentence, cause);
  }
}
