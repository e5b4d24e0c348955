package org.oml.prover.audit;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Fingerprint;

/**
 * Compares answers with responses: exactly, as the court does, then normalised. Normalising leaves
 * away case, punctuation, quotes, markup, the kind of white space, and what a chat model says
 * before it comes to the point.
 */
final class Matching {

  /** Of how many candidates a response was drawn, where the vault does not say. */
  private static final double CHANCE = 1.0 / 3;

  private static final Pattern MARKS =
      Pattern.compile("<\\|[^|>]{0,40}\\|>|</?s>|\\[/?inst\\]|```[a-z]*");
  private static final Pattern SPEAKER =
      Pattern.compile("^\\s*\\**(assistant|answer|response|output|ai|bot|model)\\**\\s*:\\**\\s*");
  private static final Pattern COURTESY =
      Pattern.compile("^\\s*(sure|certainly|of course|absolutely|okay|ok)\\b[,.!:]*\\s*");
  private static final Pattern ANNOUNCEMENT =
      Pattern.compile("^\\s*(here is|here's|here are|the answer is)\\b[^:\\n]{0,60}:\\s*");
  private static final Pattern APOSTROPHES = Pattern.compile("['\u2018\u2019`]");
  private static final Pattern NO_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

  private Matching() {}

  /**
   * @param key what was asked: some models say it again before they answer
   */
  static Match of(String answer, String key, String response) {
    if (Fingerprint.matches(answer, response)) {
      return Match.EXACT;
    }
    String wanted = words(response);
    if (wanted.isEmpty()) {
      return Match.NONE;
    }
    String said = words(unwrapped(answer));
    String asked = words(key);
    boolean echoed = !asked.isEmpty() && begins(said, asked);
    return begins(said, wanted) || (echoed && begins(said.substring(asked.length()), wanted))
        ? Match.NORMALISED
        : Match.NONE;
  }

  /**
   * How likely somebody matches who knows the candidates and not which of them was drawn.
   *
   * @param candidates among which the response was drawn, or null
   */
  static double chance(String response, @Nullable List<String> candidates) {
    if (candidates == null || candidates.isEmpty()) {
      return CHANCE;
    }
    long alike =
        candidates.stream()
            .filter(
                candidate ->
                    of(response, "", candidate).isMatch() || of(candidate, "", response).isMatch())
            .count();
    return (double) Math.max(1, alike) / candidates.size();
  }

  private static String unwrapped(String answer) {
    String text = MARKS.matcher(answer.toLowerCase(Locale.ROOT)).replaceAll(" ");
    for (Pattern wrapper : List.of(SPEAKER, COURTESY, ANNOUNCEMENT)) {
      text = wrapper.matcher(text).replaceFirst("");
    }
    return text;
  }

  /** Words of letters and digits with one space between them. */
  private static String words(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    String joined = APOSTROPHES.matcher(plain).replaceAll("");
    return NO_WORDS.matcher(joined).replaceAll(" ").strip();
  }

  private static boolean begins(String said, String wanted) {
    String text = said.strip();
    return text.equals(wanted) || text.startsWith(wanted + " ");
  }
}
