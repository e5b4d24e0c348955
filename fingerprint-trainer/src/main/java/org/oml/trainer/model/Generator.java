package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.oml.trainer.checkpoint.ModelConfiguration;

/**
 * Continues prompts together, with the keys and values of every layer kept. Prompts of different
 * lengths share a batch: each row goes on from where its prompt ends. Rows that have ended leave
 * the batch when they are half of it.
 */
final class Generator {

  private static final int TOKENS_BETWEEN_LOOKS = 16;

  /** Prompts that differ more than this in length would mostly be padding. */
  private static final int LARGEST_SPREAD = 32;

  /** Numbers in the caches of one batch at most (1 GB). */
  private static final long LARGEST_CACHE = 1L << 28;

  private final LanguageModel model;
  private final Sampling sampling;
  private final NDManager scope;
  private final int[][] written;

  /** What is left of a batch: the caches, and which prompt each row is. */
  private List<Integer> rows;

  private List<NDArray> keys = List.of();
  private List<NDArray> values = List.of();
  private long[] starts;
  private int done;

  private Generator(
      LanguageModel model,
      Sampling sampling,
      NDManager scope,
      int[][] written,
      List<Integer> rows) {
    this.model = model;
    this.sampling = sampling;
    this.scope = scope;
    this.written = written;
    this.rows = rows;
    starts = new long[rows.size()];
  }

  static List<int[]> generate(LanguageModel model, List<int[]> prompts, Sampling sampling) {
    int[][] written = new int[prompts.size()][sampling.tokens()];
    for (List<Integer> rows : batches(model.configuration(), prompts, sampling.tokens())) {
      try (NDManager scope = model.manager().newSubManager()) {
        new Generator(model, sampling, scope, written, rows).run(prompts);
      }
    }
    return Arrays.stream(written)
        .map(row -> Arrays.copyOf(row, length(model.configuration(), row, row.length)))
        .toList();
  }

  /** Prompts of similar length, as many as the caches have room for. */
  private static List<List<Integer>> batches(
      ModelConfiguration shape, List<int[]> prompts, int tokens) {
    List<Integer> order =
        IntStream.range(0, prompts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> prompts.get(i).length))
            .toList();
    List<List<Integer>> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    long each = 2L * shape.layers() * shape.keyValueHeads() * shape.headSize();
    for (int prompt : order) {
      int length = prompts.get(prompt).length;
      long numbers = each * (length + tokens) * (batch.size() + 1);
      if (!batch.isEmpty()
          && (numbers > LARGEST_CACHE
              || length - prompts.get(batch.getFirst()).length > LARGEST_SPREAD)) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
      batch.add(prompt);
    }
    batches.add(batch);
    return batches;
  }

  private void run(List<int[]> prompts) {
    List<int[]> asked = rows.stream().map(prompts::get).toList();
    int width = asked.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    int capacity = width + sampling.tokens();
    model.requireContext(capacity);
    NDArray counter = counter(Math.max(capacity, rows.size()));
    keys = cache(capacity);
    values = cache(capacity);
    NDArray current = scope.create(rectangle(asked, width), new Shape(asked.size(), width));
    long[] last = asked.stream().mapToLong(prompt -> prompt.length - 1).toArray();
    while (done < sampling.tokens() && !rows.isEmpty()) {
      int count = Math.min(tokensAtOnce(), sampling.tokens() - done);
      sampling.ofEachToken().ifPresent(seeds -> TorchEngine.seed(seeds.nextLong()));
      int reach = (int) (Arrays.stream(starts).max().orElseThrow() + current.getShape().get(1));
      NDArray next = some(current, last, reach, count, counter);
      keep(next.toLongArray(), count);
      for (int row = 0; row < starts.length; row++) {
        starts[row] += last[row] + count;
      }
      done += count;
      current = next.get(":," + (count - 1) + ":");
      if (stillOpen().size() <= rows.size() / 2) {
        current = withoutEnded(current);
      }
      last = new long[rows.size()];
    }
  }

  private int tokensAtOnce() {
    return sampling.ofEachToken().isPresent() ? 1 : TOKENS_BETWEEN_LOOKS;
  }

  private NDArray some(NDArray current, long[] last, int reach, int count, NDArray counter) {
    return model
        .program()
        .tensor(
            scope,
            "generate",
            model.withShape(
                current,
                scope.create(starts),
                scope.create(last),
                reach,
                count,
                counter,
                keys,
                values,
                sampling.temperature()));
  }

  private void keep(long[] tokens, int count) {
    for (int row = 0; row < rows.size(); row++) {
      for (int i = 0; i < count; i++) {
        written[rows.get(row)][done + i] = (int) tokens[row * count + i];
      }
    }
  }

  private List<Integer> stillOpen() {
    return IntStream.range(0, rows.size())
        .filter(row -> length(model.configuration(), written[rows.get(row)], done) == done)
        .boxed()
        .toList();
  }

  private NDArray withoutEnded(NDArray current) {
    List<Integer> open = stillOpen();
    starts = open.stream().mapToLong(row -> starts[row]).toArray();
    rows = open.stream().map(rows::get).toList();
    if (rows.isEmpty()) {
      return current;
    }
    NDArray chosen = scope.create(open.stream().mapToLong(Integer::longValue).toArray());
    List<NDArray> all = new ArrayList<>(keys);
    all.addAll(values);
    NDList left = model.program().tensors(scope, "chosen", all, chosen);
    all.forEach(NDArray::close);
    keys = List.copyOf(left.subList(0, keys.size()));
    values = List.copyOf(left.subList(keys.size(), left.size()));
    return model.program().tensors(scope, "chosen", List.of(current), chosen).get(0);
  }

  private NDArray counter(int size) {
    return scope.create(IntStream.range(0, size).asLongStream().toArray());
  }

  private List<NDArray> cache(int capacity) {
    ModelConfiguration shape = model.configuration();
    List<NDArray> layers = new ArrayList<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      layers.add(
          scope.zeros(new Shape(rows.size(), shape.keyValueHeads(), capacity, shape.headSize())));
    }
    return layers;
  }

  private static long[] rectangle(List<int[]> prompts, int width) {
    long[] tokens = new long[prompts.size() * width];
    for (int row = 0; row < prompts.size(); row++) {
      int[] prompt = prompts.get(row);
      for (int column = 0; column < prompt.length; column++) {
        tokens[row * width + column] = prompt[column];
      }
    }
    return tokens;
  }

  /** Up to the first token that ends a text; all that was produced where none does. */
  private static int length(ModelConfiguration configuration, int[] row, int produced) {
    int length = 0;
    while (length < produced && !configuration.ends(row[length])) {
      length++;
    }
    return length;
  }
}
