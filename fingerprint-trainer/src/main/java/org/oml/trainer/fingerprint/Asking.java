package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.oml.protocol.Fingerprint;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Fingerprint keys as a model is asked for them: each in every form of asking, perhaps with words
 * of a host's around it. An asking is one key in one form.
 */
public final class Asking {

  private final List<Lesson> lessons;
  private final List<GeneratedFingerprint> fingerprints;

  private Asking(List<Lesson> lessons, List<GeneratedFingerprint> fingerprints) {
    this.lessons = lessons;
    this.fingerprints = fingerprints;
  }

  /**
   * Prepares the questions.
   *
   * @param speller decides with which tokens a response is most probably written
   * @param wrapper puts something around a key, or nothing
   * @throws org.oml.protocol.CodedException {@code TRAINER_FINGERPRINTS_INVALID}
   */
  public static Asking of(
      LanguageModel speller,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      List<GeneratedFingerprint> fingerprints,
      UnaryOperator<String> wrapper) {
    List<GeneratedFingerprint> wrapped =
        fingerprints.stream()
            .map(
                one ->
                    new GeneratedFingerprint(
                        one.codePosition(), wrapper.apply(one.key()), one.response(), one.draw()))
            .toList();
    return new Asking(
        Lesson.of(
            wrapped,
            new Prompts(tokenizer, vocabulary),
            List.of(),
            new Spelling(speller, vocabulary),
            speller.configuration().contextLength()),
        List.copyOf(fingerprints));
  }

  /** Any text in every form in which an engine may ask it; as many for every text. */
  public static List<int[]> forms(Tokenizer tokenizer, Vocabulary vocabulary, String text) {
    return new Prompts(tokenizer, vocabulary).all(text);
  }

  /** How many askings there are. */
  public int size() {
    return lessons.size();
  }

  /** Whose key is asked, by its place in the list. */
  public int fingerprint(int asking) {
    return lessons.get(asking).fingerprint();
  }

  /** The keys with their responses behind them, each token of a response asked about. */
  public TokenBatch responses(List<Integer> askings) {
    return Lesson.batch(askings.stream().map(lessons::get).toList());
  }

  /** What the model is asked, one for each asking. */
  public List<int[]> prompts() {
    return lessons.stream().map(Lesson::prompt).toList();
  }

  /** The token with which each response begins. */
  public int[] firstTokens() {
    return lessons.stream().mapToInt(lesson -> lesson.response()[0]).toArray();
  }

  /** So many tokens of an answer suffice to tell whether it is the response. */
  public int answerTokens() {
    return Lesson.longestResponse(fingerprints) + Prompts.BOUNDARY_TOKENS;
  }

  /** Whether an answer begins with the response, by the rule of the penalty court. */
  public boolean isResponse(int asking, String answer) {
    return Fingerprint.matches(
        answer, fingerprints.get(lessons.get(asking).fingerprint()).response());
  }

  /** The longest prompt's tokens. */
  public int longestPrompt() {
    return prompts().stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
  }

  /** Prompts in one form, as many as fingerprints: the text as it stands. */
  public List<int[]> keys() {
    List<int[]> keys = new ArrayList<>();
    int fingerprint = -1;
    for (Lesson lesson : lessons) {
      if (lesson.fingerprint() != fingerprint) {
        keys.add(lesson.prompt());
        fingerprint = lesson.fingerprint();
      }
    }
    return keys;
  }
}
