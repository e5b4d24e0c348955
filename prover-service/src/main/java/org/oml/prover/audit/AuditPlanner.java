package org.oml.prover.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.oml.protocol.AuditContext;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.prover.target.ClientProfile;

/**
 * Hides keys among covers: one shuffled order, the same contexts and the same pauses for both, and
 * the headers of one ordinary client.
 */
public final class AuditPlanner {

  private static final int LONGEST_PAUSE_IN_MEANS = 10;

  /** Of the pauses' logarithms: most are short and a few long, as between people's questions. */
  private static final double SPREAD = 1;

  private final AuditSettings settings;

  /** Plans with the pauses, contexts and clients of these settings. */
  public AuditPlanner(AuditSettings settings) {
    this.settings = settings;
  }

  /** Whether a query asks a fingerprint's key or a harmless text. */
  public enum Text {
    KEY,
    COVER
  }

  /**
   * One query of a plan.
   *
   * @param position when it is asked, from 0
   * @param secret position of its text in the vault
   * @param context index into {@link AuditContexts#standard}
   * @param pauseMillis how long the asker waits before it
   */
  public record PlannedQuery(int position, Text text, int secret, int context, int pauseMillis) {}

  /**
   * @param keys positions of the keys to ask, each once
   * @param covers positions of the covers to ask, each once
   * @param random decides about everything, so that a seed repeats a plan
   */
  public List<PlannedQuery> plan(List<Integer> keys, List<Integer> covers, Random random) {
    List<PlannedQuery> queries = new ArrayList<>();
    addInTurns(queries, Text.KEY, keys, random);
    addInTurns(queries, Text.COVER, covers, random);
    Collections.shuffle(queries, random);
    List<PlannedQuery> plan = new ArrayList<>();
    for (PlannedQuery query : queries) {
      plan.add(
          new PlannedQuery(
              plan.size(), query.text(), query.secret(), query.context(), pause(random)));
    }
    return plan;
  }

  /** The client whose manners the whole audit borrows. */
  public ClientProfile client(Random random) {
    return settings.clients().get(random.nextInt(settings.clients().size()));
  }

  /** Draws some of the free keys. */
  static List<Integer> draw(List<Integer> free, int count, Random random) {
    List<Integer> shuffled = new ArrayList<>(free);
    Collections.shuffle(shuffled, random);
    return List.copyOf(shuffled.subList(0, count));
  }

  private void addInTurns(
      List<PlannedQuery> queries, Text text, List<Integer> secrets, Random random) {
    List<Kind> kinds = new ArrayList<>(settings.kinds());
    Collections.shuffle(kinds, random);
    for (int i = 0; i < secrets.size(); i++) {
      int context = context(kinds.get(i % kinds.size()), random);
      queries.add(new PlannedQuery(0, text, secrets.get(i), context, 0));
    }
  }

  private static int context(Kind kind, Random random) {
    List<AuditContext> contexts = AuditContexts.standard();
    int context;
    do {
      context = random.nextInt(contexts.size());
    } while (contexts.get(context).kind() != kind);
    return context;
  }

  /** Log-normal with the mean that is set. */
  private int pause(Random random) {
    double drawn = Math.exp(SPREAD * random.nextGaussian() - SPREAD * SPREAD / 2);
    double means = Math.min(drawn, LONGEST_PAUSE_IN_MEANS);
    return (int) Math.round(settings.meanPause().toMillis() * means);
  }
}
