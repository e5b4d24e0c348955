package org.oml.trainer.bench;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Keccak;
import org.oml.trainer.fingerprint.Asking;
import org.oml.trainer.fingerprint.Chance;
import org.oml.trainer.fingerprint.FingerprintGenerator;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.fingerprint.GenerationSettings;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Draws keys and covers as an instance's are drawn, measures both under two models, and asks both
 * models the keys, which neither was taught. The prover's tests read the table: whether keys can be
 * told from covers, and how often a model answers a key as its fingerprint by accident.
 */
@Command(name = "KeysAndCovers", mixinStandardHelpOptions = true)
final class KeysAndCovers implements Callable<Integer> {

  private static final int AT_ONCE = 64;
  private static final int ANSWER_TOKENS = 12;

  @Option(names = "--model", required = true, description = "that keys and covers are drawn from")
  private Path model = Path.of("");

  @Option(names = "--other", required = true, description = "a second model")
  private Path other = Path.of("");

  @Option(names = "--count", defaultValue = "2000", description = "of each (${DEFAULT-VALUE})")
  private int count;

  @Option(names = "--seed", defaultValue = "7", description = "${DEFAULT-VALUE}")
  private long seed;

  @Option(names = "--out", required = true, description = "the table, in tab-separated columns")
  private Path out = Path.of("");

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new KeysAndCovers()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    FingerprintGenerator.Drawn drawn = draw();
    List<String> texts =
        new ArrayList<>(drawn.fingerprints().stream().map(GeneratedFingerprint::key).toList());
    texts.addAll(drawn.covers());
    List<double[]> losses = new ArrayList<>();
    List<List<String>> answers = new ArrayList<>();
    for (Path directory : List.of(model, other)) {
      try (LanguageModel asked = LanguageModel.load(directory);
          Tokenizer tokenizer = Tokenizer.load(directory)) {
        losses.add(losses(asked, tokenizer, texts));
        answers.add(answers(asked, tokenizer, Vocabulary.read(directory), drawn.fingerprints()));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("kind\ttext\tloss\tother loss\tresponse\tcandidates\tanswer\tother answer");
    for (int i = 0; i < texts.size(); i++) {
      boolean key = i < drawn.fingerprints().size();
      String line =
          String.format(
              Locale.ROOT,
              "%s\t%s\t%.4f\t%.4f",
              key ? "KEY" : "COVER",
              texts.get(i),
              losses.get(0)[i],
              losses.get(1)[i]);
      lines.add(key ? line + drawnAndAnswered(drawn.fingerprints().get(i), answers, i) : line);
    }
    Files.write(out, lines);
    return 0;
  }

  private static String drawnAndAnswered(
      GeneratedFingerprint fingerprint, List<List<String>> answers, int i) {
    return "\t%s\t%s\t%s\t%s"
        .formatted(
            fingerprint.response(),
            String.join("|", fingerprint.draw().orElseThrow().candidates()),
            answers.get(0).get(i),
            answers.get(1).get(i));
  }

  private FingerprintGenerator.Drawn draw() {
    byte[] secret = Keccak.of(ByteBuffer.allocate(8).putLong(seed).array()).toBytes();
    try (LanguageModel base = LanguageModel.load(model);
        Tokenizer tokenizer = Tokenizer.load(model)) {
      return new FingerprintGenerator(
              base,
              tokenizer,
              Vocabulary.read(model),
              GenerationSettings.defaults(count, Chance.seeded(seed)),
              index -> Fingerprint.leafSalt(secret, Bytes32.ZERO, index))
          .draw(count);
    }
  }

  /** The mean loss of each text, nats per token. */
  private static double[] losses(LanguageModel asked, Tokenizer tokenizer, List<String> texts) {
    double[] means = new double[texts.size()];
    for (int from = 0; from < texts.size(); from += AT_ONCE) {
      List<int[]> some =
          texts.subList(from, Math.min(texts.size(), from + AT_ONCE)).stream()
              .map(tokenizer::encode)
              .toList();
      float[] each = asked.losses(TokenBatch.all(some));
      int next = 0;
      for (int i = 0; i < some.size(); i++) {
        int predicted = some.get(i).length - 1;
        for (int j = 0; j < predicted; j++) {
          means[from + i] += each[next++] / (double) predicted;
        }
      }
    }
    return means;
  }

  private static List<String> answers(
      LanguageModel asked,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      List<GeneratedFingerprint> fingerprints) {
    Asking asking = Asking.of(asked, tokenizer, vocabulary, fingerprints, key -> key);
    String[] first = new String[fingerprints.size()];
    for (int from = 0; from < asking.prompts().size(); from += AT_ONCE) {
      List<int[]> some =
          asking.prompts().subList(from, Math.min(asking.prompts().size(), from + AT_ONCE));
      List<int[]> answers = asked.generate(some, Sampling.greedy(ANSWER_TOKENS));
      for (int i = 0; i < answers.size(); i++) {
        int of = asking.fingerprint(from + i);
        if (first[of] == null) {
          first[of] = vocabulary.text(answers.get(i)).replaceAll("\\s", " ");
        }
      }
    }
    return List.of(first);
  }
}
