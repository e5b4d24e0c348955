package org.oml.trainer.vocabulary;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.vocabulary.Token.Kind;
import org.oml.trainer.vocabulary.Vocabulary.Splitting;
import org.oml.trainer.vocabulary.Vocabulary.Style;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reads what the files beside a model say of its tokens. */
final class VocabularyReader {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BYTE_PIECE = "<0x[0-9A-F]{2}>";

  private final ModelConfiguration configuration;
  private final JsonNode tokenizer;
  private final JsonNode settings;
  private final Optional<String> template;

  private VocabularyReader(
      ModelConfiguration configuration,
      JsonNode tokenizer,
      JsonNode settings,
      Optional<String> template) {
    this.configuration = configuration;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.template = template;
  }

  static Vocabulary read(Path directory) {
    JsonNode settings = json(directory.resolve("tokenizer_config.json"), false);
    return new VocabularyReader(
            ModelConfiguration.read(directory),
            json(directory.resolve("tokenizer.json"), true),
            settings,
            template(directory, settings))
        .vocabulary();
  }

  private Vocabulary vocabulary() {
    if (!tokenizer.path("model").path("type").asString("").equals("BPE")) {
      throw invalid("tokenizer.json is not a byte-pair encoding.");
    }
    Style style = style();
    Map<String, Integer> numbers = numbers();
    return new Vocabulary(
        style,
        style == Style.SPACE_MARKED ? Splitting.NONE : splitting(),
        tokens(style, numbers),
        merges(),
        special(numbers, "bos_token", configuration.startToken()),
        special(numbers, "eos_token", configuration.endToken()),
        addsBegin(),
        template,
        specialTokens());
  }

  /** In a file of its own, or among the settings: one text, or several with names. */
  private static Optional<String> template(Path directory, JsonNode settings) {
    Path file = directory.resolve("chat_template.jinja");
    try {
      if (Files.exists(file)) {
        return Optional.of(Files.readString(file));
      }
    } catch (IOException e) {
      throw new CodedException(TrainerError.TOKENIZER_INVALID, file + " cannot be read.", e);
    }
    JsonNode template = settings.path("chat_template");
    for (JsonNode named : template) {
      if (named.path("name").asString("").equals("default")) {
        return Optional.ofNullable(named.path("template").asString(null));
      }
    }
    return template.isString() ? Optional.of(template.asString()) : Optional.empty();
  }

  private Map<String, String> specialTokens() {
    Map<String, String> texts = new HashMap<>();
    for (String name : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
      JsonNode node = settings.path(name);
      String text = node.isObject() ? node.path("content").asString("") : node.asString("");
      if (!text.isEmpty()) {
        texts.put(name, text);
      }
    }
    return texts;
  }

  private Style style() {
    String text = tokenizer.path("pre_tokenizer") + " " + tokenizer.path("normalizer");
    if (text.contains("\"ByteLevel\"")) {
      return Style.BYTE_LEVEL;
    }
    if (text.contains("▁")) {
      return Style.SPACE_MARKED;
    }
    throw invalid("The tokenizer is neither byte-level nor marks spaces as SentencePiece does.");
  }

  /** Known by the part of the expression in which they differ. */
  private Splitting splitting() {
    String text = tokenizer.path("pre_tokenizer").toString();
    if (text.contains("\"Digits\"")) {
      return Splitting.SMOLLM;
    }
    if (!text.contains("\"Split\"")) {
      return Splitting.GPT_2;
    }
    if (text.contains("\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}|")) {
      return Splitting.LLAMA_3;
    }
    return text.contains("\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}|")
        ? Splitting.QWEN_2
        : Splitting.OTHER;
  }

  private Map<String, Integer> numbers() {
    Map<String, Integer> numbers = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : tokenizer.path("model").path("vocab").properties()) {
      numbers.put(entry.getKey(), entry.getValue().asInt(-1));
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      numbers.put(added.path("content").asString(""), added.path("id").asInt(-1));
    }
    for (int number : numbers.values()) {
      if (number < 0 || number >= configuration.vocabularySize()) {
        throw invalid(
            "Token number "
                + number
                + " is outside the model's "
                + configuration.vocabularySize()
                + ".");
      }
    }
    return numbers;
  }

  private List<Token> tokens(Style style, Map<String, Integer> numbers) {
    List<Token> tokens = new ArrayList<>();
    for (int number = 0; number < configuration.vocabularySize(); number++) {
      tokens.add(new Token("[UNUSED" + number + "]", Kind.UNUSED, new byte[0]));
    }
    numbers.forEach((piece, number) -> tokens.set(number, token(style, piece)));
    String unknown = tokenizer.path("model").path("unk_token").asString("");
    for (JsonNode added : tokenizer.path("added_tokens")) {
      String piece = added.path("content").asString("");
      boolean special = added.path("special").asBoolean(false);
      Kind kind = piece.equals(unknown) ? Kind.UNKNOWN : special ? Kind.SPECIAL : Kind.TEXT;
      byte[] bytes = special ? new byte[0] : piece.getBytes(StandardCharsets.UTF_8);
      tokens.set(added.path("id").asInt(-1), new Token(piece, kind, bytes));
    }
    return tokens;
  }

  private static Token token(Style style, String piece) {
    return switch (style) {
      case BYTE_LEVEL -> new Token(piece, Kind.TEXT, ByteLevel.decode(piece));
      case SPACE_MARKED ->
          piece.matches(BYTE_PIECE)
              ? new Token(piece, Kind.BYTE, HexFormat.of().parseHex(piece, 3, 5))
              : new Token(
                  piece, Kind.TEXT, piece.replace('▁', ' ').getBytes(StandardCharsets.UTF_8));
    };
  }

  private List<String> merges() {
    List<String> merges = new ArrayList<>();
    for (JsonNode merge : tokenizer.path("model").path("merges")) {
      merges.add(
          merge.isArray()
              ? merge.path(0).asString("") + " " + merge.path(1).asString("")
              : merge.asString(""));
    }
    return merges;
  }

  private OptionalInt special(Map<String, Integer> numbers, String name, int configured) {
    JsonNode node = settings.path(name);
    String piece = node.isObject() ? node.path("content").asString("") : node.asString("");
    int number = numbers.getOrDefault(piece, configured);
    return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** What the tokenizer itself does: whether its template for one text begins with a token. */
  private boolean addsBegin() {
    for (JsonNode template : tokenizer.findValues("single")) {
      if (template.path(0).has("SpecialToken")) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode json(Path file, boolean required) {
    if (!required && !Files.exists(file)) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException | JacksonException e) {
      throw new CodedException(
          TrainerError.TOKENIZER_INVALID, file.getFileName() + " cannot be read.", e);
    }
  }

  private static CodedException invalid(String detail) {
    return new CodedException(TrainerError.TOKENIZER_INVALID, detail);
  }
}
