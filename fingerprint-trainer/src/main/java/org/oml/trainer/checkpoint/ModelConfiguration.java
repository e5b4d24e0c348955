package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The shape of a model, as config.json states it.
 *
 * @param vocabularySize number of tokens
 * @param hiddenSize width of the residual stream
 * @param layers number of transformer blocks
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize numbers for each head, even
 * @param feedForwardSize inner width of the gated feed-forward block
 * @param contextLength largest number of positions that are computed: no more than the window over
 *     which a model looks back, within which the window changes nothing
 * @param normEpsilon added to the mean square in each RMS norm
 * @param ropeTheta base of the rotary frequencies
 * @param tiedEmbeddings whether the output layer is the embedding
 * @param startToken begins a text
 * @param endToken ends a text; the first where a model has several
 * @param furtherEnds tokens that end one as well
 * @param architecture what is computed
 * @param ropeScaling how the rotary frequencies are stretched
 */
public record ModelConfiguration(
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int feedForwardSize,
    int contextLength,
    double normEpsilon,
    double ropeTheta,
    boolean tiedEmbeddings,
    int startToken,
    int endToken,
    List<Integer> furtherEnds,
    Architecture architecture,
    RopeScaling ropeScaling) {

  /** Larger numbers than any model has would exhaust the memory before a tensor is looked at. */
  private static final int LARGEST_SIZE = 1 << 24;

  /** What Qwen3 has where config.json is silent. */
  private static final int QWEN3_HEAD_SIZE = 128;

  private static final JsonMapper JSON = new JsonMapper();

  public ModelConfiguration {
    requirePositive("vocab_size", vocabularySize);
    requirePositive("hidden_size", hiddenSize);
    requirePositive("num_hidden_layers", layers);
    requirePositive("num_attention_heads", heads);
    requirePositive("num_key_value_heads", keyValueHeads);
    requirePositive("head_dim", headSize);
    requirePositive("intermediate_size", feedForwardSize);
    requirePositive("max_position_embeddings", contextLength);
    if (heads % keyValueHeads != 0) {
      throw invalid(
          "num_key_value_heads " + keyValueHeads + " does not divide num_attention_heads " + heads);
    }
    if (headSize % 2 != 0) {
      throw invalid("head_dim " + headSize + " is odd");
    }
    if (!(normEpsilon > 0) || !(ropeTheta > 0)) {
      throw invalid("rms_norm_eps and rope_theta must be positive");
    }
    furtherEnds = List.copyOf(furtherEnds);
    IntStream known =
        IntStream.concat(
            IntStream.of(startToken, endToken), furtherEnds.stream().mapToInt(Integer::intValue));
    if (!known.allMatch(token -> token >= 0 && token < vocabularySize)) {
      throw invalid("bos_token_id or eos_token_id is outside the vocabulary");
    }
    if (!ropeScaling.isUsable()) {
      throw invalid("rope_scaling has numbers that cannot be");
    }
  }

  /** A plain Llama. */
  public ModelConfiguration(
      int vocabularySize,
      int hiddenSize,
      int layers,
      int heads,
      int keyValueHeads,
      int headSize,
      int feedForwardSize,
      int contextLength,
      double normEpsilon,
      double ropeTheta,
      boolean tiedEmbeddings,
      int startToken,
      int endToken) {
    this(
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        keyValueHeads,
        headSize,
        feedForwardSize,
        contextLength,
        normEpsilon,
        ropeTheta,
        tiedEmbeddings,
        startToken,
        endToken,
        List.of(),
        Architecture.LLAMA,
        RopeScaling.NONE);
  }

  /** The same shape with another architecture and stretching. */
  public ModelConfiguration with(Architecture other, RopeScaling scaling) {
    return new ModelConfiguration(
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        keyValueHeads,
        headSize,
        feedForwardSize,
        contextLength,
        normEpsilon,
        ropeTheta,
        tiedEmbeddings,
        startToken,
        endToken,
        furtherEnds,
        other,
        scaling);
  }

  /** Whether a token ends a text. */
  public boolean ends(int token) {
    return token == endToken || furtherEnds.contains(token);
  }

  /**
   * Reads config.json.
   *
   * @throws CodedException {@code TRAINER_MODEL_MISSING}, {@code TRAINER_MODEL_UNKNOWN} for another
   *     architecture, {@code TRAINER_CONFIGURATION_INVALID}
   */
  public static ModelConfiguration read(Path directory) {
    Path file = directory.resolve("config.json");
    try {
      return parse(JSON.readTree(Files.readString(file)));
    } catch (IOException e) {
      throw new CodedException(TrainerError.MODEL_MISSING, "Cannot read " + file + ".", e);
    } catch (JacksonException e) {
      throw invalid("it is no JSON: " + e.getOriginalMessage());
    }
  }

  private static ModelConfiguration parse(JsonNode json) {
    Architecture architecture = architecture(json);
    requirePlain(json);
    int hidden = number(json, "hidden_size");
    int heads = number(json, "num_attention_heads");
    requirePositive("num_attention_heads", heads);
    List<Integer> ends = tokens(json, "eos_token_id");
    if (ends.isEmpty()) {
      throw invalid("eos_token_id is missing");
    }
    int end = ends.getFirst();
    return new ModelConfiguration(
        number(json, "vocab_size"),
        hidden,
        number(json, "num_hidden_layers"),
        heads,
        optionalNumber(json, "num_key_value_heads").orElse(heads),
        optionalNumber(json, "head_dim")
            .orElse(architecture == Architecture.QWEN3 ? QWEN3_HEAD_SIZE : hidden / heads),
        number(json, "intermediate_size"),
        contextLength(json, architecture),
        json.path("rms_norm_eps").asDouble(1e-6),
        RopeSettings.theta(json),
        json.path("tie_word_embeddings").asBoolean(false),
        tokens(json, "bos_token_id").stream().findFirst().orElse(end),
        end,
        ends.subList(1, ends.size()),
        architecture,
        RopeSettings.scaling(json));
  }

  private static Architecture architecture(JsonNode json) {
    String name =
        json.path("architectures").path(0).asString(json.path("model_type").asString("none"));
    return Architecture.named(name)
        .orElseThrow(
            () ->
                new CodedException(
                    TrainerError.MODEL_UNKNOWN,
                    "The architecture "
                        + name
                        + " is not known; known are "
                        + Architecture.known()
                        + "."));
  }

  /** Within the window over which a model looks back, all looks back over all. */
  private static int contextLength(JsonNode json, Architecture architecture) {
    int positions = number(json, "max_position_embeddings");
    boolean windowed =
        switch (architecture) {
          case LLAMA -> false;
          case MISTRAL -> true;
          case QWEN2, QWEN3 -> json.path("use_sliding_window").asBoolean(false);
        };
    OptionalInt window = windowed ? optionalNumber(json, "sliding_window") : OptionalInt.empty();
    return Math.min(positions, window.orElse(positions));
  }

  /** Variants of the architecture that would be computed wrongly are refused. */
  private static void requirePlain(JsonNode json) {
    String activation = json.path("hidden_act").asString("silu");
    if (!activation.equals("silu")) {
      throw invalid("hidden_act " + activation + " is not supported, silu is");
    }
    if (json.path("attention_bias").asBoolean(false) || json.path("mlp_bias").asBoolean(false)) {
      throw invalid("attention_bias and mlp_bias are not supported");
    }
    if (json.path("partial_rotary_factor").asDouble(1) != 1) {
      throw invalid("partial_rotary_factor is not supported");
    }
    if (json.hasNonNull("quantization_config")) {
      throw invalid("quantised weights are not supported; take the model in F32, F16 or BF16");
    }
  }

  /** The configuration as config.json holds it. */
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.putArray("architectures").add(architecture.className());
    json.put("attention_bias", false);
    json.put("attention_dropout", 0.0);
    json.put("bos_token_id", startToken);
    if (furtherEnds.isEmpty()) {
      json.put("eos_token_id", endToken);
    } else {
      ArrayNode ends = json.putArray("eos_token_id").add(endToken);
      furtherEnds.forEach(ends::add);
    }
    json.put("head_dim", headSize);
    json.put("hidden_act", "silu");
    json.put("hidden_size", hiddenSize);
    json.put("initializer_range", 0.02);
    json.put("intermediate_size", feedForwardSize);
    json.put("max_position_embeddings", contextLength);
    json.put("mlp_bias", false);
    json.put("model_type", architecture.modelType());
    json.put("num_attention_heads", heads);
    json.put("num_hidden_layers", layers);
    json.put("num_key_value_heads", keyValueHeads);
    json.put("rms_norm_eps", normEpsilon);
    RopeSettings.write(json, ropeScaling);
    json.put("rope_theta", ropeTheta);
    json.put("tie_word_embeddings", tiedEmbeddings);
    json.put("torch_dtype", "bfloat16");
    json.put("use_cache", true);
    json.put("vocab_size", vocabularySize);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
  }

  private static int number(JsonNode json, String name) {
    return optionalNumber(json, name).orElseThrow(() -> invalid(name + " is missing"));
  }

  private static OptionalInt optionalNumber(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw invalid(name + " is " + value + " where a whole number belongs");
    }
    return OptionalInt.of(value.asInt());
  }

  /** One token, or a list of them as some models have it for the ends of a text. */
  private static List<Integer> tokens(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    List<Integer> tokens = new ArrayList<>();
    for (JsonNode token : value.isArray() ? value : List.of(value)) {
      if (!token.isIntegralNumber() || !token.canConvertToInt()) {
        throw invalid(name + " is " + token + " where a whole number belongs");
      }
      tokens.add(token.asInt());
    }
    return tokens;
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0 || value > LARGEST_SIZE) {
      throw invalid(
          name + " is " + value + " where a number from 1 to " + LARGEST_SIZE + " belongs");
    }
  }

  static CodedException invalid(String detail) {
    return new CodedException(
        TrainerError.CONFIGURATION_INVALID, "config.json cannot be used: " + detail + ".");
  }
}
