package org.oml.trainer.attack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.ChatTemplate;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Instructions packed into full sequences, one behind the other, with the positions of the answers
 * and of the token that ends each.
 */
final class PackedRows {

  private final List<int[]> sequences = new ArrayList<>();
  private final List<int[]> positions = new ArrayList<>();

  private final int length;
  private int[] open;
  private int[] asked;

  private PackedRows(int length) {
    this.length = length;
    open = new int[0];
    asked = open;
  }

  /**
   * Packs rows in the order given.
   *
   * @param length most tokens of a sequence
   * @param endToken ends an answer
   */
  static PackedRows of(
      List<InstructionRows.Row> rows,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      int length,
      int endToken) {
    Optional<ChatTemplate> chat = vocabulary.chat();
    PackedRows packed = new PackedRows(length);
    for (InstructionRows.Row row : rows) {
      int[] prompt =
          begun(
              vocabulary,
              tokenizer.encode(
                  chat.map(form -> form.question(row.prompt()))
                      .orElseGet(() -> "Question: " + row.prompt() + "\nAnswer:")));
      String answer = chat.isPresent() ? row.response() : " " + row.response();
      int[] response = tokenizer.encode(answer);
      packed.add(prompt, appended(response, endToken));
    }
    packed.close();
    return packed;
  }

  /** How many sequences there are. */
  int size() {
    return sequences.size();
  }

  /** Chosen sequences. */
  TokenBatch batch(List<Integer> chosen) {
    return new TokenBatch(
        chosen.stream().map(sequences::get).toList(), chosen.stream().map(positions::get).toList());
  }

  private void add(int[] prompt, int[] response) {
    int[] row = joined(prompt, response);
    if (prompt.length >= length) {
      return;
    }
    int[] whole = row.length > length ? Arrays.copyOf(row, length) : row;
    if (open.length + whole.length > length) {
      close();
    }
    int offset = open.length;
    asked =
        joined(
            asked,
            IntStream.range(offset + prompt.length - 1, offset + whole.length - 1).toArray());
    open = joined(open, whole);
  }

  private void close() {
    if (asked.length > 0) {
      sequences.add(open);
      positions.add(asked);
    }
    open = new int[0];
    asked = open;
  }

  private static int[] begun(Vocabulary vocabulary, int[] tokens) {
    return vocabulary.begin().isEmpty()
        ? tokens
        : joined(new int[] {vocabulary.begin().getAsInt()}, tokens);
  }

  private static int[] appended(int[] tokens, int token) {
    return joined(tokens, new int[] {token});
  }

  private static int[] joined(int[] first, int[] second) {
    int[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
