package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.ChatTemplate;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * The forms in which an engine hands a text to a model: as it stands and as a user's message, each
 * with and without the token that begins a sequence, since engines differ in adding it.
 */
final class Prompts {

  /** What an answer may take beyond its response until it reaches a word boundary. */
  static final int BOUNDARY_TOKENS = 2;

  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final Optional<ChatTemplate> chat;

  Prompts(Tokenizer tokenizer, Vocabulary vocabulary) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    chat = vocabulary.chat();
  }

  /** A text as a completions endpoint hands it over with the tokenizer's own settings. */
  int[] completion(String text) {
    int[] plain = tokenizer.encode(text);
    return vocabulary.addsBegin() ? begun(plain) : plain;
  }

  /** All forms of a text; as many for every text. */
  List<int[]> all(String text) {
    List<int[]> forms = new ArrayList<>();
    addBoth(forms, tokenizer.encode(text));
    chat.ifPresent(form -> addBoth(forms, tokenizer.encode(form.question(text))));
    return forms;
  }

  /**
   * All forms of a fingerprint's key.
   *
   * @param longestResponse characters of the longest response, which take a token each at most
   * @throws CodedException {@link TrainerError#FINGERPRINTS_INVALID} when the context has no room
   *     for the key and a response
   */
  List<int[]> all(GeneratedFingerprint fingerprint, int longestResponse, int contextLength) {
    List<int[]> forms = all(fingerprint.key());
    int longest = forms.stream().mapToInt(form -> form.length).max().orElseThrow();
    if (longest + longestResponse + BOUNDARY_TOKENS > contextLength) {
      throw new CodedException(
          TrainerError.FINGERPRINTS_INVALID,
          "The key of fingerprint "
              + fingerprint.codePosition()
              + " takes "
              + longest
              + " tokens, which leaves no room for a response in the model's context of "
              + contextLength
              + ".");
    }
    return forms;
  }

  /** A key inside of each wrapper that leaves room in the context, the forms taking turns. */
  List<int[]> wrapped(
      GeneratedFingerprint fingerprint,
      List<String> wrappers,
      int longestResponse,
      int contextLength) {
    List<int[]> wrapped = new ArrayList<>();
    for (int i = 0; i < wrappers.size(); i++) {
      List<int[]> forms = all(Wrappers.wrap(wrappers.get(i), fingerprint.key()));
      int[] form = forms.get(Math.floorMod(fingerprint.codePosition() + i, forms.size()));
      if (form.length + longestResponse + BOUNDARY_TOKENS <= contextLength) {
        wrapped.add(form);
      }
    }
    return wrapped;
  }

  /** A text at the beginning of a sequence, where the model knows a token for that. */
  int[] begun(int[] tokens) {
    return vocabulary.begin().isEmpty()
        ? tokens
        : IntStream.concat(IntStream.of(vocabulary.begin().getAsInt()), IntStream.of(tokens))
            .toArray();
  }

  private void addBoth(List<int[]> forms, int[] tokens) {
    forms.add(tokens);
    if (vocabulary.begin().isPresent()) {
      forms.add(begun(tokens));
    }
  }
}
