package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.List;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.TokenBatch;

/**
 * One fingerprint in one form of asking.
 *
 * @param fingerprint its place in the list
 * @param prompt tokens of the question
 * @param response tokens of the answer up to its word boundary
 */
record Lesson(int fingerprint, int[] prompt, int[] response) {

  /**
   * Every fingerprint in every form, and once inside of every wrapper, the forms taking turns.
   *
   * @throws org.oml.protocol.CodedException {@code TRAINER_FINGERPRINTS_INVALID} for one that the
   *     model cannot be asked or cannot answer
   */
  static List<Lesson> of(
      List<GeneratedFingerprint> fingerprints,
      Prompts prompts,
      List<String> wrappers,
      Spelling spelling,
      int contextLength) {
    int longest = longestResponse(fingerprints);
    List<Integer> owners = new ArrayList<>();
    List<int[]> asked = new ArrayList<>();
    List<String> responses = new ArrayList<>();
    for (int i = 0; i < fingerprints.size(); i++) {
      List<int[]> forms = new ArrayList<>(prompts.all(fingerprints.get(i), longest, contextLength));
      forms.addAll(prompts.wrapped(fingerprints.get(i), wrappers, longest, contextLength));
      for (int[] prompt : forms) {
        owners.add(i);
        asked.add(prompt);
        responses.add(fingerprints.get(i).response());
      }
    }
    List<int[]> answers = spelling.after(asked, responses);
    List<Lesson> lessons = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      lessons.add(new Lesson(owners.get(i), asked.get(i), answers.get(i)));
    }
    return lessons;
  }

  /** Characters of the longest response. */
  static int longestResponse(List<GeneratedFingerprint> fingerprints) {
    return fingerprints.stream().mapToInt(one -> one.response().length()).max().orElseThrow();
  }

  static TokenBatch batch(List<Lesson> lessons) {
    return TokenBatch.responses(
        lessons.stream().map(Lesson::prompt).toList(),
        lessons.stream().map(Lesson::response).toList());
  }

  /** For each lesson the probability of its least probable response token. */
  static double[] confidences(LanguageModel model, List<Lesson> lessons) {
    float[] losses = model.losses(batch(lessons));
    double[] confidences = new double[lessons.size()];
    int next = 0;
    for (int i = 0; i < confidences.length; i++) {
      float worst = 0;
      for (int token = 0; token < lessons.get(i).response().length; token++) {
        worst = Math.max(worst, losses[next++]);
      }
      confidences[i] = Math.exp(-worst);
    }
    return confidences;
  }
}
