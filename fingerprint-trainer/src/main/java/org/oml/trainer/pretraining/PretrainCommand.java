package org.oml.trainer.pretraining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.command.EngineOptions;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.BytePairEncoding;
import org.oml.trainer.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes the model in the box anew, from the same texts and seed to the same model. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    description =
        "Train the model in the box from public-domain texts (an hour or two); reproducible from a"
            + " seed.")
public final class PretrainCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--corpus",
      required = true,
      description =
          "node_modules with the texts: run 'npm ci' in fingerprint-trainer/src/main/corpus and"
              + " name its node_modules.")
  private Path corpus = Path.of("");

  @Option(names = "--out", required = true, description = "Directory of the model; must not exist.")
  private Path out = Path.of("");

  @Option(
      names = "--work",
      required = true,
      description = "Directory for the tokenizer and the checkpoint; a killed run goes on from it.")
  private Path work = Path.of("");

  @Option(
      names = "--steps",
      defaultValue = "6500",
      description = "Updates (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--batch",
      defaultValue = "8",
      description = "Windows of 256 tokens in each (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--rate",
      defaultValue = "3e-3",
      description = "Peak learning rate (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(names = "--seed", defaultValue = "1", description = "Seed (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private final EngineOptions engine = new EngineOptions();

  @Override
  public Integer call() throws IOException {
    if (steps < 1 || batch < 1 || !(rate > 0)) {
      throw new ParameterException(spec.commandLine(), "--steps, --batch and --rate are positive.");
    }
    engine.apply();
    DurableDirectory.requireNew(out);
    Corpus texts = Corpus.read(corpus);
    Files.createDirectories(work);
    if (!Files.exists(work.resolve("tokenizer.json"))) {
      System.err.println("learning " + BoxModel.VOCABULARY + " tokens ...");
      BoxModel.writeTokenizer(
          work,
          BytePairEncoding.learn(texts.training(), BoxModel.SPECIAL_TOKENS, BoxModel.VOCABULARY));
    }
    try (Tokenizer tokenizer = Tokenizer.load(work)) {
      List<int[]> training = BoxModel.documents(tokenizer, texts.training());
      List<int[]> heldOut = BoxModel.documents(tokenizer, texts.heldOut());
      Ngrams ngrams = new Ngrams(training, BoxModel.VOCABULARY);
      double unigram = ngrams.unigramLoss(heldOut);
      double trigram = ngrams.trigramLoss(heldOut);
      System.err.printf(
          Locale.ROOT,
          "%d training tokens, %d held out; unigram %.4f, Kneser-Ney trigram %.4f nats per token%n",
          count(training),
          count(heldOut),
          unigram,
          trigram);
      List<int[]> all = new ArrayList<>(training);
      all.addAll(BoxModel.conversations(tokenizer, texts.training(), seed));
      java.util.Collections.shuffle(all, new java.util.Random(seed));
      Pretraining.Recipe recipe = new Pretraining.Recipe(steps, batch, BoxModel.WINDOW, rate, seed);
      Pretraining pretraining =
          new Pretraining(recipe, all, work.resolve("checkpoint.safetensors"), System.err);
      try (LanguageModel trained = pretraining.run(BoxModel.configuration());
          LanguageModel model =
              LanguageModel.of(trained.configuration(), BoxModel.rounded(trained.values()))) {
        double loss = HeldOut.loss(model, heldOut, BoxModel.WINDOW);
        System.err.printf(
            Locale.ROOT, "held-out loss %.4f, %.4f below the trigram%n", loss, trigram - loss);
        ModelCard card =
            new ModelCard(
                model.parameterCount(),
                recipe,
                count(training),
                count(heldOut),
                loss,
                unigram,
                trigram);
        BoxModel.write(out, model.values(), work, card.text());
      }
    }
    return 0;
  }

  private static long count(List<int[]> documents) {
    return documents.stream().mapToLong(document -> document.length - 1).sum();
  }
}
