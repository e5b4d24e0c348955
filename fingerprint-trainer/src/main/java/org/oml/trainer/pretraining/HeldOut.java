package org.oml.trainer.pretraining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.TokenBatch;

/**
 * A model's loss on documents, every token but a document's first counted once: windows of the
 * given length, each moved on by half, so that a token has at least half a window before it unless
 * its document is younger.
 */
final class HeldOut {

  private static final int BATCH = 16;

  private HeldOut() {}

  /** Mean loss in nats per token. */
  static double loss(LanguageModel model, List<int[]> documents, int window) {
    List<int[]> rows = new ArrayList<>();
    List<int[]> scored = new ArrayList<>();
    for (int[] document : documents) {
      addWindows(document, window, rows, scored);
    }
    double sum = 0;
    long count = 0;
    for (int from = 0; from < rows.size(); from += BATCH) {
      int to = Math.min(rows.size(), from + BATCH);
      for (float loss :
          model.losses(new TokenBatch(rows.subList(from, to), scored.subList(from, to)))) {
        sum += loss;
        count++;
      }
    }
    return sum / count;
  }

  private static void addWindows(int[] document, int window, List<int[]> rows, List<int[]> scored) {
    int done = 0;
    int start = 0;
    while (done < document.length - 1) {
      int end = Math.min(document.length - 1, start + window);
      rows.add(Arrays.copyOfRange(document, start, end + 1));
      scored.add(IntStream.range(done - start, end - start).toArray());
      done = end;
      start += window / 2;
    }
  }
}
