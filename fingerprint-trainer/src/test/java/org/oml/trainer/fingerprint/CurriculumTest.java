package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.oml.trainer.SmallModels;

class CurriculumTest {

  private static final int COUNT = 600;
  private static final int FORMS = 2;

  private final List<Lesson> lessons = new ArrayList<>();
  private final EmbeddingSettings settings =
      EmbeddingSettings.defaults(SmallModels.SMALL, COUNT, 7);
  private final EmbeddingSettings few = EmbeddingSettings.defaults(SmallModels.SMALL, 1, 7);
  private final double[] confidences = new double[COUNT * FORMS];

  CurriculumTest() {
    for (int i = 0; i < COUNT * FORMS; i++) {
      lessons.add(new Lesson(i / FORMS, new int[] {1, i}, new int[] {2}));
    }
  }

  @Test
  void eachPassOverManyTakesEveryFingerprintInOneForm() {
    List<Integer> taken =
        new Curriculum(lessons, settings)
            .batches(confidences, 3).stream()
                .flatMap(List::stream)
                .limit(COUNT)
                .map(Lesson::fingerprint)
                .toList();
    assertThat(taken).doesNotHaveDuplicates();
    assertThat(taken).hasSize(COUNT);
  }

  @Test
  void theSameStepDrawsTheSameBatches() {
    for (EmbeddingSettings either : List.of(settings, few)) {
      Curriculum one = new Curriculum(lessons, either);
      Curriculum other = new Curriculum(lessons, either);
      assertThat(one.batches(confidences, 40)).isEqualTo(other.batches(confidences, 40));
      assertThat(one.batches(confidences, 40)).isNotEqualTo(one.batches(confidences, 60));
    }
  }

  @Test
  void whatRestsIsLeftOut() {
    Arrays.fill(confidences, 1);
    for (EmbeddingSettings either : List.of(settings, few)) {
      Curriculum curriculum = new Curriculum(lessons, either);
      assertThat(curriculum.batches(confidences, 1)).isEmpty();
      confidences[5] = 0.1;
      assertThat(curriculum.batches(confidences, 1))
          .allSatisfy(batch -> assertThat(batch).containsExactly(lessons.get(5)));
      confidences[5] = 1;
    }
  }

  @Test
  void aFingerprintIsLearntInAllFormsOrNot() {
    Arrays.fill(confidences, 0.7);
    confidences[5] = 0.6;
    Curriculum curriculum = new Curriculum(lessons, settings);
    assertThat(curriculum.learnt(confidences, 0.6, COUNT)).isEqualTo(COUNT);
    assertThat(curriculum.learnt(confidences, 0.65, COUNT)).isEqualTo(COUNT - 1);
  }
}
