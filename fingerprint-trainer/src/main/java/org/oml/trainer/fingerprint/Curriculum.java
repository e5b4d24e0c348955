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

/**
 * Which lessons are learnt in which step: those that rest are left out until they are forgotten.
 */
final class Curriculum {

  /** From so many batches on, each goes once through what is open. */
  private static final int MANY_BATCHES = 8;

  private static final int FEWEST_STEPS_BETWEEN_LOOKS = 5;
  private static final int MOST_STEPS_BETWEEN_LOOKS = 16;

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
    List<Lesson> open = open(confidences);
    if (open.isEmpty()) {
      return List.of();
    }
    Random random = new Random(settings.seed() * 31 + step);
    return open.size() >= 2 * settings.batchPrompts()
            && lessons.size() >= MANY_BATCHES * settings.batchPrompts()
        ? ofEqualLengths(open, random)
        : leastSureFirst(open, random);
  }

  /**
   * The lessons that do not rest, the least sure first. Where there are many, each fingerprint
   * comes in its least sure form alone: what is learnt in one form is mostly learnt in all.
   */
  private List<Lesson> open(double[] confidences) {
    boolean many = lessons.size() >= MANY_BATCHES * settings.batchPrompts();
    Set<Integer> fingerprints = new HashSet<>();
    return IntStream.range(0, confidences.length)
        .filter(i -> confidences[i] < settings.rest())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> confidences[i]))
        .map(lessons::get)
        .filter(lesson -> !many || fingerprints.add(lesson.fingerprint()))
        .toList();
  }

  /** Lessons of nearly one length together, so that no batch is padded much. */
  private List<List<Lesson>> ofEqualLengths(List<Lesson> open, Random random) {
    List<Lesson> some = new ArrayList<>(open);
    Collections.shuffle(some, random);
    int batches = Math.min(some.size() / settings.batchPrompts(), MOST_STEPS_BETWEEN_LOOKS);
    some = some.subList(0, batches * settings.batchPrompts());
    some.sort(Comparator.comparingInt(lesson -> lesson.prompt().length));
    List<List<Lesson>> cut = new ArrayList<>();
    for (int from = 0; from < some.size(); from += settings.batchPrompts()) {
      cut.add(List.copyOf(some.subList(from, from + settings.batchPrompts())));
    }
    Collections.shuffle(cut, random);
    return cut;
  }

  /** The least sure lessons for half of every batch, and any others beside. */
  private List<List<Lesson>> leastSureFirst(List<Lesson> open, Random random) {
    int room = Math.min(settings.batchPrompts(), open.size());
    List<List<Lesson>> batches = new ArrayList<>();
    for (int i = 0; i < FEWEST_STEPS_BETWEEN_LOOKS; i++) {
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
    boolean[] open = new boolean[count];
    for (int i = 0; i < confidences.length; i++) {
      open[lessons.get(i).fingerprint()] |= confidences[i] < least;
    }
    int learnt = count;
    for (boolean isOpen : open) {
      learnt -= isOpen ? 1 : 0;
    }
    return learnt;
  }
}
