package org.oml.trainer.vocabulary;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/**
 * The tokens of a model directory, in the order of their numbers.
 *
 * @param style how pieces spell texts
 * @param splitting how texts are split before pieces are merged
 * @param tokens one for each number
 * @param merges of byte-pair encoding, {@code left right}, the first merged first
 * @param begin the token that begins a sequence
 * @param end the token that ends one
 * @param addsBegin whether the tokenizer puts {@code begin} before a text
 * @param chatTemplate Jinja text of the conversation form, where the model has one
 * @param specialTokens texts of special tokens by name, such as {@code bos_token}
 */
public record Vocabulary(
    Style style,
    Splitting splitting,
    List<Token> tokens,
    List<String> merges,
    OptionalInt begin,
    OptionalInt end,
    boolean addsBegin,
    Optional<String> chatTemplate,
    Map<String, String> specialTokens) {

  /** How pieces spell texts. */
  public enum Style {
    /** GPT-2's alphabet of bytes, texts split first. */
    BYTE_LEVEL,
    /** SentencePiece's way: U+2581 for a space, one put before the text, no splitting. */
    SPACE_MARKED
  }

  /** How a text is split into parts in which pieces are merged. */
  public enum Splitting {
    /** Not at all. */
    NONE,
    /** By GPT-2's expression. */
    GPT_2,
    /** By Llama 3's: at most three digits together. */
    LLAMA_3,
    /** By Qwen2's, which is Llama 3's with every digit alone. */
    QWEN_2,
    /** By GPT-2's, with every digit alone, as SmolLM does. */
    SMOLLM,
    /** By an expression that is not known here. */
    OTHER
  }

  public Vocabulary {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
    specialTokens = Map.copyOf(specialTokens);
  }

  /**
   * Reads {@code tokenizer.json}, {@code tokenizer_config.json} and {@code config.json}.
   *
   * @throws CodedException {@link TrainerError#TOKENIZER_INVALID} when the tokenizer is missing or
   *     not a byte-pair encoding of one of the two styles
   */
  public static Vocabulary read(Path directory) {
    return VocabularyReader.read(directory);
  }

  /** The form in which an assistant is asked, where the model is one. */
  public Optional<ChatTemplate> chat() {
    return chatTemplate.map(source -> new ChatTemplate(source, specialTokens));
  }

  /** The text that tokens spell; special tokens spell nothing. */
  public String text(int... numbers) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int number : numbers) {
      bytes.writeBytes(tokens.get(number).bytes());
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /**
   * Whether most tokens that hold a space at an end hold it behind a word, as few tokenizers have
   * it, and not before one. After a text without a space at its end such a model expects no word.
   */
  public boolean spacesFollowWords() {
    int before = 0;
    int behind = 0;
    for (int number = 0; number < tokens.size(); number++) {
      String text = isText(number) ? text(number) : "";
      if (!text.isBlank()) {
        before += text.startsWith(" ") ? 1 : 0;
        behind += text.endsWith(" ") ? 1 : 0;
      }
    }
    return behind > before;
  }

  /** Whether a token may stand in a text. */
  public boolean isText(int number) {
    return switch (tokens.get(number).kind()) {
      case TEXT, BYTE -> true;
      case UNKNOWN, SPECIAL, UNUSED -> false;
    };
  }
}
