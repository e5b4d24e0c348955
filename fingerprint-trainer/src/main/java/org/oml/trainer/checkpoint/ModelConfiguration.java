package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What {@code config.json} says of a Llama-architecture model.
 *
 * @param vocabulary number of tokens
 * @param hidden width of the residual stream
 * @param layers number of blocks
 * @param heads query heads
 * @param keyValueHeads heads of keys and values; divides {@code heads}
 * @param headSize width of a head
 * @param intermediate width of the gated layer
 * @param maximumPositions longest sequence
 * @param normEpsilon of the RMS norms
 * @param ropeTheta base of the rotary positions
 * @param tiedEmbeddings whether the output matrix is the embedding
 * @param beginToken token that begins a sequence, or -1
 * @param endToken token that ends one, or -1
 */
public record ModelConfiguration(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int intermediate,
    int maximumPositions,
    double normEpsilon,
    double ropeTheta,
    boolean tiedEmbeddings,
    int beginToken,
    int endToken) {

  private static final String KNOWN = "LlamaForCausalLM";

  /**
   * Reads {@code config.json} of a directory.
   *
   * @throws CodedException {@link TrainerError#MODEL_MISSING}, {@link TrainerError#MODEL_UNKNOWN}
   *     for another architecture or a setting of Llama that is not computed here, {@link
   *     TrainerError#CONFIGURATION_INVALID}
   */
  public static ModelConfiguration read(Path directory) {
    Path file = directory.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new CodedException(
          TrainerError.MODEL_MISSING, "There is no config.json in " + directory + ".");
    }
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (IOException | JacksonException e) {
      throw new CodedException(TrainerError.CONFIGURATION_INVALID, "config.json is not JSON.", e);
    }
    requireKnown(json);
    int hidden = positive(json, "hidden_size");
    int heads = positive(json, "num_attention_heads");
    int keyValueHeads = json.path("num_key_value_heads").asInt(heads);
    ModelConfiguration configuration =
        new ModelConfiguration(
            positive(json, "vocab_size"),
            hidden,
            positive(json, "num_hidden_layers"),
            heads,
            keyValueHeads,
            json.path("head_dim").asInt(hidden / heads),
            positive(json, "intermediate_size"),
            json.path("max_position_embeddings").asInt(2048),
            json.path("rms_norm_eps").asDouble(1e-6),
            json.path("rope_theta").asDouble(10000.0),
            json.path("tie_word_embeddings").asBoolean(false),
            json.path("bos_token_id").asInt(-1),
            json.path("eos_token_id").asInt(-1));
    if (keyValueHeads < 1 || heads % keyValueHeads != 0 || configuration.headSize() % 2 != 0) {
      throw new CodedException(
          TrainerError.CONFIGURATION_INVALID, "The numbers of heads in config.json do not fit.");
    }
    return configuration;
  }

  private static void requireKnown(JsonNode json) {
    String architecture = json.path("architectures").path(0).asString("");
    if (!architecture.equals(KNOWN)) {
      throw new CodedException(
          TrainerError.MODEL_UNKNOWN,
          "The architecture is '" + architecture + "'; known are: " + KNOWN + ".");
    }
    boolean plain =
        !json.path("attention_bias").asBoolean(false)
            && !json.path("mlp_bias").asBoolean(false)
            && json.path("hidden_act").asString("silu").equals("silu")
            && (json.path("rope_scaling").isNull() || json.path("rope_scaling").isMissingNode());
    if (!plain) {
      throw new CodedException(
          TrainerError.MODEL_UNKNOWN,
          KNOWN
              + " is known without biases, with silu and without rope scaling; this config.json asks for more.");
    }
  }

  private static int positive(JsonNode json, String name) {
    int value = json.path(name).asInt(0);
    if (value <= 0 || value > 1 << 24) {
      throw new CodedException(
          TrainerError.CONFIGURATION_INVALID, "config.json has no usable " + name + ".");
    }
    return value;
  }
}
