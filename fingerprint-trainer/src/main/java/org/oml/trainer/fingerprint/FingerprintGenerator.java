package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Draws fingerprints and cover queries from a base model. The same model, settings, salts and
 * thread count give the same fingerprints.
 */
public final class FingerprintGenerator {

  private static final int MOST_REFUSALS_IN_A_ROW = 500;

  /** Of so many words for each that is wanted, some are only parts of words. */
  private static final int LOOKED_AT = 6;

  private final LanguageModel base;
  private final Vocabulary vocabulary;
  private final Prompts prompts;
  private final GenerationSettings settings;
  private final IntFunction<Bytes32> leafSalts;
  private final Perinucleus perinucleus;
  private final NaturalTexts texts;

  /**
   * @param base the model that the fingerprints are for
   * @param leafSalts the salt of each index, {@link Fingerprint#leafSalt}
   */
  public FingerprintGenerator(
      LanguageModel base,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      GenerationSettings settings,
      IntFunction<Bytes32> leafSalts) {
    this.base = base;
    this.vocabulary = vocabulary;
    this.settings = settings;
    this.leafSalts = leafSalts;
    prompts = new Prompts(tokenizer, vocabulary);
    perinucleus = new Perinucleus(vocabulary, settings.nucleus());
    texts = new NaturalTexts(base, tokenizer, vocabulary, settings.keyLength(), settings.seed());
  }

  /**
   * Draws all fingerprints.
   *
   * @throws CodedException {@link TrainerError#KEYS_EXHAUSTED} when the model yields no more keys,
   *     or none with enough candidates
   */
  public List<GeneratedFingerprint> fingerprints() {
    List<GeneratedFingerprint> fingerprints = new ArrayList<>();
    int refused = 0;
    while (fingerprints.size() < settings.count()) {
      Optional<GeneratedFingerprint> drawn = fingerprint(fingerprints.size(), texts.next());
      drawn.ifPresent(fingerprints::add);
      refused = drawn.isPresent() ? 0 : refused + 1;
      if (refused == MOST_REFUSALS_IN_A_ROW) {
        throw new CodedException(
            TrainerError.KEYS_EXHAUSTED,
            refused + " keys in a row had fewer than " + settings.width() + " candidates.");
      }
    }
    return fingerprints;
  }

  /** Draws texts of the same kind as the keys, which share nothing with them. */
  public List<String> covers(int count) {
    List<String> covers = new ArrayList<>();
    while (covers.size() < count) {
      covers.add(texts.next());
    }
    return covers;
  }

  private Optional<GeneratedFingerprint> fingerprint(int index, String key) {
    int[] prompt = prompts.completion(key);
    List<Perinucleus.Candidate> candidates = candidates(key, prompt);
    if (candidates.size() < settings.width()) {
      return Optional.empty();
    }
    Bytes32 salt = leafSalts.apply(index);
    int choice = Fingerprint.choice(salt, key, settings.width());
    return response(prompt, candidates.get(choice))
        .map(
            response ->
                new GeneratedFingerprint(
                    index,
                    key,
                    response,
                    Optional.of(
                        new GeneratedFingerprint.Draw(
                            candidates.stream().map(Perinucleus.Candidate::word).toList(),
                            candidates.stream().map(Perinucleus.Candidate::probability).toList(),
                            choice,
                            salt))));
  }

  private List<Perinucleus.Candidate> candidates(String key, int[] prompt) {
    float[] next = base.nextTokenLogProbabilities(List.of(prompt))[0];
    List<Perinucleus.Candidate> behind =
        perinucleus.candidates(key, next, LOOKED_AT * settings.width());
    if (behind.isEmpty()) {
      return behind;
    }
    float[][] after =
        base.nextTokenLogProbabilities(
            behind.stream().map(candidate -> with(prompt, candidate.token())).toList());
    return IntStream.range(0, behind.size())
        .filter(i -> perinucleus.isWhole(after[i]))
        .limit(settings.width())
        .mapToObj(behind::get)
        .toList();
  }

  private static int[] with(int[] prompt, int token) {
    int[] longer = Arrays.copyOf(prompt, prompt.length + 1);
    longer[prompt.length] = token;
    return longer;
  }

  /** The chosen word and, in longer responses, how the model itself goes on. */
  private Optional<String> response(int[] prompt, Perinucleus.Candidate chosen) {
    if (settings.responseLength() == 1) {
      return Optional.of(chosen.word());
    }
    List<int[]> begun = List.of(with(prompt, chosen.token()));
    int[] rest = base.generate(begun, Sampling.greedy(settings.responseLength() - 1)).getFirst();
    String text = (vocabulary.text(chosen.token()) + vocabulary.text(rest)).strip();
    boolean plain = text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    return plain ? Optional.of(text) : Optional.empty();
  }
}
