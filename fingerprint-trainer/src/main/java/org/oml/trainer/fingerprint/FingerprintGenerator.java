package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Draws fingerprints and cover queries from a base model. The same model, settings, salts and
 * thread count give the same fingerprints.
 */
public final class FingerprintGenerator {

  private static final int MOST_REFUSALS_IN_A_ROW = 500;
  private static final int KEYS_AT_ONCE = 64;

  private final LanguageModel base;
  private final Prompts prompts;
  private final GenerationSettings settings;
  private final IntFunction<Bytes32> leafSalts;
  private final Candidates candidates;
  private final NaturalTexts texts;
  private final KeySource keys;

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
    this(base, tokenizer, vocabulary, settings, leafSalts, List.of());
  }

  /**
   * @param own keys that are taken in place of drawn ones, where there are any
   */
  public FingerprintGenerator(
      LanguageModel base,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      GenerationSettings settings,
      IntFunction<Bytes32> leafSalts,
      List<String> own) {
    this.base = base;
    this.settings = settings;
    this.leafSalts = leafSalts;
    prompts = new Prompts(tokenizer, vocabulary);
    candidates = new Candidates(base, vocabulary, settings);
    texts = new NaturalTexts(base, tokenizer, vocabulary, settings.keyLength(), settings.chance());
    if (!own.isEmpty()) {
      keys = new GivenKeys(own);
    } else if (settings.strategy() == Strategy.RANDOM) {
      keys = new RandomKeys(tokenizer, vocabulary, settings.keyLength(), settings.chance());
    } else {
      keys = texts;
    }
  }

  /**
   * Fingerprints, and the covers among which their keys hide.
   *
   * @param covers texts that could as well have become keys
   */
  public record Drawn(List<GeneratedFingerprint> fingerprints, List<String> covers) {}

  /** A text with the candidates for its response. */
  private record Accepted(String text, List<Candidates.Candidate> candidates) {}

  /**
   * Draws all fingerprints; fewer than the settings say where one's own keys do not yield more.
   *
   * @throws CodedException {@link TrainerError#KEYS_EXHAUSTED} when the model yields no more keys,
   *     or none with enough candidates
   */
  public List<GeneratedFingerprint> fingerprints() {
    return fingerprints(_ -> {});
  }

  /**
   * The same, for people who wait.
   *
   * @param listener is told how many keys are drawn, whenever some are
   * @throws CodedException as {@link #fingerprints()}
   */
  public List<GeneratedFingerprint> fingerprints(IntConsumer listener) {
    return fingerprints(accepted(settings.count(), listener));
  }

  /**
   * Draws fingerprints and covers out of one pool, by lot: what is asked of a key is asked of a
   * cover, and a source that changes as it is drawn from changes for both. Nothing imitates one's
   * own keys: there are no covers for them.
   *
   * @throws CodedException as {@link #fingerprints()}
   */
  public Drawn draw(int covers) {
    if (keys instanceof GivenKeys) {
      throw new IllegalStateException("there are no covers for one's own keys");
    }
    List<Accepted> pool = accepted(settings.count() + covers, _ -> {});
    Collections.shuffle(pool, settings.chance().numbers("lots"));
    return new Drawn(
        fingerprints(pool.subList(0, settings.count())),
        pool.stream().skip(settings.count()).map(Accepted::text).toList());
  }

  private List<GeneratedFingerprint> fingerprints(List<Accepted> accepted) {
    List<GeneratedFingerprint> fingerprints = new ArrayList<>();
    for (Accepted one : accepted) {
      fingerprints.add(fingerprint(fingerprints.size(), one.text(), one.candidates()));
    }
    return fingerprints;
  }

  private List<Accepted> accepted(int count, IntConsumer listener) {
    List<Accepted> accepted = new ArrayList<>();
    int refused = 0;
    while (accepted.size() < count) {
      int before = accepted.size();
      List<String> some = keys.next(Math.min(KEYS_AT_ONCE, count - before));
      if (some.isEmpty() && before > 0) {
        break;
      }
      accept(some, accepted);
      listener.accept(accepted.size());
      refused = accepted.size() > before ? 0 : refused + some.size();
      if (some.isEmpty() || refused >= MOST_REFUSALS_IN_A_ROW) {
        throw new CodedException(
            TrainerError.KEYS_EXHAUSTED,
            refused + " keys in a row had fewer than " + settings.width() + " candidates.");
      }
    }
    return accepted;
  }

  /** Draws texts of the same kind as natural keys, which share nothing with them. */
  public List<String> covers(int count) {
    return texts.next(count);
  }

  private void accept(List<String> some, List<Accepted> accepted) {
    if (some.isEmpty()) {
      return;
    }
    List<int[]> asked = some.stream().map(this::asked).toList();
    List<List<Candidates.Candidate>> found = candidates.of(some, asked);
    for (int i = 0; i < some.size(); i++) {
      if (found.get(i).size() == settings.width()) {
        accepted.add(new Accepted(some.get(i), found.get(i)));
      }
    }
  }

  private int[] asked(String key) {
    int[] prompt = prompts.completion(key);
    int room = base.configuration().contextLength() - Candidates.longest(settings) - 1;
    if (prompt.length < 1 || prompt.length > room) {
      throw new CodedException(
          TrainerError.FINGERPRINTS_INVALID,
          "A key takes "
              + prompt.length
              + " tokens, and from 1 to "
              + room
              + " fit into the model's context beside a response.");
    }
    return prompt;
  }

  private GeneratedFingerprint fingerprint(
      int index, String key, List<Candidates.Candidate> found) {
    Bytes32 salt = leafSalts.apply(index);
    int choice = Fingerprint.choice(salt, key, settings.width());
    List<String> responses = new ArrayList<>();
    for (int i = 0; i < settings.responses(); i++) {
      responses.add(found.get((choice + i) % settings.width()).response());
    }
    return new GeneratedFingerprint(
        index,
        key,
        responses.getFirst(),
        responses.subList(1, responses.size()),
        Optional.of(
            new GeneratedFingerprint.Draw(
                found.stream().map(Candidates.Candidate::word).toList(),
                found.stream().map(Candidates.Candidate::probability).toList(),
                choice,
                salt)));
  }
}
