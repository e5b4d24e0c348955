package org.oml.platform.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes a Llama model of one layer with random weights and a vocabulary of bytes and letters. What
 * it says makes no sense, but it says it in valid text, and always the same when asked greedily.
 */
final class TinyGguf {

  static final int CONTEXT = 256;

  private static final int WIDTH = 32;
  private static final int FORWARD = 64;
  private static final int HEADS = 2;
  private static final int ALIGNMENT = 32;
  private static final int FIRST_LETTER = 259;

  private final ByteArrayOutputStream values = new ByteArrayOutputStream();
  private final ByteArrayOutputStream layouts = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final Random random = new Random(42);
  private int valueCount;
  private int tensorCount;

  /** Writes a model with this chat template. */
  static void write(Path file, String template) throws IOException {
    new TinyGguf().model(file, template);
  }

  private void model(Path file, String template) throws IOException {
    List<String> tokens = tokens();
    text("general.architecture", "llama");
    number("llama.context_length", CONTEXT);
    number("llama.embedding_length", WIDTH);
    number("llama.block_count", 1);
    number("llama.feed_forward_length", FORWARD);
    number("llama.attention.head_count", HEADS);
    number("llama.attention.head_count_kv", HEADS);
    real("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    text("tokenizer.ggml.model", "llama");
    tokenArrays(tokens);
    number("tokenizer.ggml.unknown_token_id", 0);
    number("tokenizer.ggml.bos_token_id", 1);
    number("tokenizer.ggml.eos_token_id", 2);
    key("tokenizer.ggml.add_bos_token", 7);
    values.write(1);
    text("tokenizer.chat_template", template);
    tensor("token_embd.weight", 1, WIDTH, tokens.size());
    tensor("output_norm.weight", 0, WIDTH);
    tensor("output.weight", 1, WIDTH, tokens.size());
    tensor("blk.0.attn_norm.weight", 0, WIDTH);
    tensor("blk.0.ffn_norm.weight", 0, WIDTH);
    for (String projection : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
      tensor("blk.0." + projection + ".weight", 1, WIDTH, WIDTH);
    }
    tensor("blk.0.ffn_gate.weight", 1, WIDTH, FORWARD);
    tensor("blk.0.ffn_up.weight", 1, WIDTH, FORWARD);
    tensor("blk.0.ffn_down.weight", 1, FORWARD, WIDTH);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    whole.writeBytes(little(4).putInt(3).array());
    whole.writeBytes(little(16).putLong(tensorCount).putLong(valueCount).array());
    whole.writeBytes(values.toByteArray());
    whole.writeBytes(layouts.toByteArray());
    pad(whole);
    whole.writeBytes(data.toByteArray());
    Files.write(file, whole.toByteArray());
  }

  private static List<String> tokens() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int value = 0; value < 256; value++) {
      tokens.add("<0x%02X>".formatted(value));
    }
    tokens.add("\u2581");
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
      tokens.add("\u2581" + letter);
    }
    return tokens;
  }

  private void tokenArrays(List<String> tokens) {
    array("tokenizer.ggml.tokens", 8, tokens.size());
    tokens.forEach(this::string);
    array("tokenizer.ggml.scores", 6, tokens.size());
    for (int i = 0; i < tokens.size(); i++) {
      values.writeBytes(little(4).putFloat(-i).array());
    }
    array("tokenizer.ggml.token_type", 5, tokens.size());
    for (int i = 0; i < tokens.size(); i++) {
      int type = i == 0 ? 2 : i < 3 ? 3 : i < FIRST_LETTER ? 6 : 1;
      values.writeBytes(little(4).putInt(type).array());
    }
  }

  /**
   * Random elements of this spread, or ones where the spread is 0; the output never says a byte or
   * ends by itself.
   */
  private void tensor(String name, int spread, int... shape) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] described = new byte[8 + bytes.length + 4 + 8 * shape.length + 4 + 8];
    ByteBuffer layout = ByteBuffer.wrap(described).order(ByteOrder.LITTLE_ENDIAN);
    layout.putLong(bytes.length).put(bytes).putInt(shape.length);
    int count = 1;
    for (int size : shape) {
      layout.putLong(size);
      count *= size;
    }
    layout.putInt(0).putLong(data.size());
    layouts.writeBytes(described);
    byte[] content = new byte[4 * count];
    ByteBuffer elements = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    boolean output = name.equals("output.weight");
    for (int i = 0; i < count; i++) {
      boolean silent = output && i / WIDTH < FIRST_LETTER;
      elements.putFloat(silent ? 0 : spread == 0 ? 1 : (float) random.nextGaussian());
    }
    data.writeBytes(content);
    pad(data);
    tensorCount++;
  }

  private void text(String key, String value) {
    key(key, 8);
    string(value);
  }

  private void number(String key, int value) {
    key(key, 4);
    values.writeBytes(little(4).putInt(value).array());
  }

  private void real(String key, float value) {
    key(key, 6);
    values.writeBytes(little(4).putFloat(value).array());
  }

  private void array(String key, int type, int count) {
    key(key, 9);
    values.writeBytes(little(12).putInt(type).putLong(count).array());
  }

  private void key(String key, int type) {
    string(key);
    values.writeBytes(little(4).putInt(type).array());
    valueCount++;
  }

  private void string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    values.writeBytes(little(8).putLong(bytes.length).array());
    values.writeBytes(bytes);
  }

  private static void pad(ByteArrayOutputStream stream) {
    while (stream.size() % ALIGNMENT != 0) {
      stream.write(0);
    }
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
