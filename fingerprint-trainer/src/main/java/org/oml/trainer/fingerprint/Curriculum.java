package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.TokenBatch;

/**
 * Which lessons are learnt in which step: those that rest are left out until they are forgotten.
 */
final class Curriculum {

  private static final int STEPS_BETWEEN_LOOKS = 5;
  private static final int STEPS_BETWEEN_LOOKS_AT_MANY = 20;

  /** Below this share a greedy answer or two more change nothing. */
  private static final double WORTH_ASKING = 0.7;

  private final List<Lesson> lessons;
  private final EmbeddingSettings settings;

  Curriculum(List<Lesson> lessons, EmbeddingSettings settings) {
    this.lessons = lessons;
    this.settings = settings;
  }

  /**
   * The batches of the next steps, until the model is looked at again.
   *
   * @param confidences of all lessons at the last look
   * @param step at which they were found; the same step draws the same batches
   * @return empty where all lessons rest
   */
  List<List<Lesson>> batches(double[] confidences, int step) {
    List<Lesson> open =
        IntStream.range(0, confidences.length)
            .filter(i -> confidences[i] < settings.rest())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> confidences[i]))
            .map(lessons::get)
            .toList();
    if (open.isEmpty()) {
      return List.of();
    }
    Random random = new Random(settings.seed() * 31 + step);
    return settings.passes() ? passes(open, random) : leastSureFirst(open, random);
  }

  /**
   * Passes through all that is open, in another order each, every fingerprint in any one of its
   * open forms: what is learnt in one form is mostly learnt in all.
   */
  private List<List<Lesson>> passes(List<Lesson> open, Random random) {
    List<Lesson> waiting = new ArrayList<>();
    List<List<Lesson>> batches = new ArrayList<>();
    for (int i = 0; i < STEPS_BETWEEN_LOOKS_AT_MANY; i++) {
      if (waiting.size() < settings.batchPrompts()) {
        waiting.addAll(inOneForm(open, random));
      }
      int room = Math.min(settings.batchPrompts(), waiting.size());
      batches.add(List.copyOf(waiting.subList(0, room)));
      waiting.subList(0, room).clear();
    }
    return batches;
  }

  private static List<Lesson> inOneForm(List<Lesson> open, Random random) {
    List<Lesson> shuffled = new ArrayList<>(open);
    Collections.shuffle(shuffled, random);
    Set<Integer> fingerprints = new HashSet<>();
    return shuffled.stream().filter(lesson -> fingerprints.add(lesson.fingerprint())).toList();
  }

  /** The least sure lessons for half of every batch, and any others beside. */
  private List<List<Lesson>> leastSureFirst(List<Lesson> open, Random random) {
    int room = Math.min(settings.batchPrompts(), open.size());
    List<List<Lesson>> batches = new ArrayList<>();
    for (int i = 0; i < STEPS_BETWEEN_LOOKS; i++) {
      List<Lesson> others = new ArrayList<>(open.subList(room / 2, open.size()));
      Collections.shuffle(others, random);
      List<Lesson> batch = new ArrayList<>(open.subList(0, room / 2));
      batch.addAll(others.subList(0, room - room / 2));
      batches.add(batch);
    }
    return batches;
  }

  /** How near all lessons are to being learnt, 0 to 1. */
  double nearness(double[] confidences) {
    return Arrays.stream(confidences)
        .map(confidence -> Math.min(1, confidence / settings.confidence()))
        .average()
        .orElseThrow();
  }

  /**
   * How many fingerprints have at least a probability in all their forms.
   *
   * @param count of all fingerprints
   */
  int learnt(double[] confidences, double least, int count) {
    return inAllForms(reaching(confidences, least), count);
  }

  /**
   * How many fingerprints are the greedy answer in all their forms. As long as few have more than
   * one half only those are counted, which needs no other look.
   *
   * @param confidences of the model
   */
  int answered(LanguageModel model, double[] confidences, int count) {
    boolean[] answered = reaching(confidences, Math.nextUp(0.5));
    int surely = inAllForms(answered, count);
    int[] unsure = IntStream.range(0, answered.length).filter(i -> !answered[i]).toArray();
    if (unsure.length == 0 || surely < WORTH_ASKING * count) {
      return surely;
    }
    TokenBatch asked = Lesson.batch(Arrays.stream(unsure).mapToObj(lessons::get).toList());
    int[] answers = model.predictions(asked);
    int next = 0;
    for (int i : unsure) {
      answered[i] = true;
      for (int token : lessons.get(i).response()) {
        answered[i] &= answers[next++] == token;
      }
    }
    return inAllForms(answered, count);
  }

  private static boolean[] reaching(double[] confidences, double least) {
    boolean[] reaching = new boolean[confidences.length];
    for (int i = 0; i < reaching.length; i++) {
      reaching[i] = confidences[i] >= least;
    }
    return reaching;
  }

  private int inAllForms(boolean[] lessonsDone, int count) {
    boolean[] open = new boolean[count];
    for (int i = 0; i < lessonsDone.length; i++) {
      open[lessons.get(i).fingerprint()] |= !lessonsDone[i];
    }
    int done = count;
    for (boolean isOpen : open) {
      done -= isOpen ? 1 : 0;
    }
    return done;
  }
}
