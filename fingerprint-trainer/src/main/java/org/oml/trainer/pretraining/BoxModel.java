package org.oml.trainer.pretraining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.SafetensorsFile;
import org.oml.trainer.checkpoint.TensorType;
import org.oml.trainer.tokenizer.BytePairEncoding;
import org.oml.trainer.tokenizer.Tokenizer;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The shape of the model in the box, its tokens, its chat form and its files. */
final class BoxModel {

  static final String BEGIN = "<s>";
  static final String END = "</s>";
  static final String MESSAGE_BEGIN = "<|im_start|>";
  static final String MESSAGE_END = "<|im_end|>";
  static final List<String> SPECIAL_TOKENS = List.of(BEGIN, END, MESSAGE_BEGIN, MESSAGE_END);

  static final int VOCABULARY = 1024;
  static final int WINDOW = 256;

  /** ChatML, which inference engines know without a template engine too. */
  private static final String CHAT_TEMPLATE =
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
          + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  /**
   * A share of the training text is told as a conversation, so that the chat form is not foreign to
   * the model.
   */
  private static final double CHAT_SHARE = 0.15;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private BoxModel() {}

  static ModelConfiguration configuration() {
    return new ModelConfiguration(VOCABULARY, 160, 4, 5, 5, 32, 432, 512, 1e-6, 10000, true, 0, 1);
  }

  /** Plain documents between the tokens that begin and end one. */
  static List<int[]> documents(Tokenizer tokenizer, List<String> texts) {
    return texts.stream().map(text -> tokenizer.encode(BEGIN + text + END)).toList();
  }

  /**
   * Passages of the documents told as a conversation: the user begins a passage and the assistant
   * goes on.
   */
  static List<int[]> conversations(Tokenizer tokenizer, List<String> texts, long seed) {
    Random random = new Random(seed);
    List<int[]> conversations = new ArrayList<>();
    for (String text : texts) {
      String[] words = text.split(" ");
      int passages = (int) Math.round(words.length * CHAT_SHARE / 70 + random.nextDouble() - 0.5);
      for (int i = 0; i < passages && words.length > 20; i++) {
        int start = random.nextInt(words.length - 12);
        int asked = start + 2 + random.nextInt(8);
        int end = Math.min(words.length, asked + 30 + random.nextInt(60));
        conversations.add(tokenizer.encode(conversation(words, start, asked, end)));
      }
    }
    return conversations;
  }

  private static String conversation(String[] words, int start, int asked, int end) {
    String question = String.join(" ", List.of(words).subList(start, asked));
    String answer = String.join(" ", List.of(words).subList(asked, end));
    return MESSAGE_BEGIN
        + "user\n"
        + question
        + MESSAGE_END
        + "\n"
        + MESSAGE_BEGIN
        + "assistant\n"
        + answer
        + MESSAGE_END
        + "\n";
  }

  /** Writes the tokenizer's two files. */
  static void writeTokenizer(Path directory, BytePairEncoding encoding) throws IOException {
    Files.writeString(
        directory.resolve("tokenizer.json"),
        new ObjectMapper().writeValueAsString(encoding.json()));
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("tokenizer_class", "PreTrainedTokenizerFast");
    settings.put("bos_token", BEGIN);
    settings.put("eos_token", END);
    settings.put("add_bos_token", false);
    settings.put("clean_up_tokenization_spaces", false);
    settings.put("model_max_length", configuration().contextLength());
    settings.put("chat_template", CHAT_TEMPLATE);
    Files.writeString(
        directory.resolve("tokenizer_config.json"), JSON.writeValueAsString(settings) + "\n");
  }

  /** Writes the whole directory in Hugging Face layout. */
  static void write(Path directory, Map<String, float[]> values, Path tokenizer, String card) {
    DurableDirectory.write(
        directory,
        target -> {
          for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(tokenizer.resolve(file), target.resolve(file));
          }
          Files.writeString(target.resolve("config.json"), configuration().toJson() + "\n");
          Files.writeString(
              target.resolve("generation_config.json"),
              JSON.writeValueAsString(Map.of("bos_token_id", 0, "eos_token_id", List.of(1, 3)))
                  + "\n");
          Files.writeString(target.resolve("README.md"), card);
          SafetensorsFile.write(
              target.resolve(Checkpoint.WEIGHTS),
              Map.of("format", "pt"),
              ParameterLayout.of(configuration(), TensorType.BF16),
              name -> Objects.requireNonNull(values.get(name), name));
        });
  }

  /** The values that remain of a model's weights in BF16. */
  static Map<String, float[]> rounded(Map<String, float[]> values) {
    Map<String, float[]> rounded = new LinkedHashMap<>();
    values.forEach(
        (name, numbers) -> {
          float[] kept = new float[numbers.length];
          for (int i = 0; i < kept.length; i++) {
            kept[i] = TensorType.BF16.round(numbers[i]);
          }
          rounded.put(name, kept);
        });
    return rounded;
  }
}
