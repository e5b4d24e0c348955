package org.oml.dashboard.platform;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * A case N or T of the prover: a plan, and what a panel made of it.
 *
 * @param questions that the plan has
 * @param answers that members handed over
 * @param course where one plan is asked for; null in a list
 */
public record PanelTrial(
    Plan plan,
    int questions,
    int answers,
    List<PenaltyCase.Transaction> transactions,
    @Nullable Course course) {

  /** Before these nobody but the prover knows whom a plan is about. */
  private static final Set<String> KNOWN_TO_ALL =
      Set.of("OPENED", "ACQUITTED", "CONVICTED", "STOPPED", "PAID");

  /**
   * What is to be shown, and to whom.
   *
   * @param kind {@code N} or {@code T}
   * @param panel its members, once they are drawn
   */
  public record Plan(
      UUID planUuid,
      String kind,
      Bytes32 instanceId,
      Address host,
      String endpoint,
      String state,
      boolean finished,
      List<Address> panel,
      @Nullable String failure,
      @Nullable String detail,
      Instant createdAt) {

    /** As people write it. */
    public String about() {
      return switch (kind) {
        case "N" -> "answers without receipts";
        case "T" -> "a copy elsewhere";
        default -> kind;
      };
    }
  }

  /**
   * How it goes on chain; times in seconds of the chain, 0 before they are known.
   *
   * @param hits that the court has seen
   * @param head the newest block
   * @param events in final blocks, whoever caused them
   */
  public record Course(
      long committedAt,
      long drawnAt,
      long answerUntil,
      long revealUntil,
      long openUntil,
      long rebuttableUntil,
      long decidedAt,
      int hits,
      List<Member> members,
      long head,
      List<Event> events) {

    /** How many members have committed to their answers. */
    public long committed() {
      return members.stream().filter(member -> member.committedAt() > 0).count();
    }

    /** Answers that members committed to. */
    public int answers() {
      return members.stream().mapToInt(Member::answers).sum();
    }

    /** Answers that members have revealed. */
    public int revealed() {
      return members.stream().mapToInt(Member::revealed).sum();
    }
  }

  /**
   * Something that was done on chain.
   *
   * @param member whose answers or bond it is about; null where it is about the whole plan
   */
  public record Event(String step, String hash, @Nullable Address member, long block) {}

  /**
   * A member of the panel.
   *
   * @param committedAt chain time in seconds, 0 before
   * @param punished whether it lost its bond over this panel
   */
  public record Member(
      Address member, long committedAt, int answers, int revealed, boolean punished) {}

  /** What anybody sent: what is on chain, and of the prover what is not there yet. */
  public List<PenaltyCase.Transaction> allTransactions() {
    List<PenaltyCase.Transaction> all = new ArrayList<>();
    Set<String> onChain = new HashSet<>();
    for (Event event : course == null ? List.<Event>of() : course.events()) {
      onChain.add(event.hash());
      all.add(new PenaltyCase.Transaction(event.step(), event.hash(), event.member()));
    }
    transactions.stream().filter(sent -> !onChain.contains(sent.hash())).forEach(all::add);
    return all;
  }

  /** Where the transactions are that are on chain, by their hashes. */
  public Map<String, Answer<Mined>> mined() {
    Map<String, Answer<Mined>> mined = new HashMap<>();
    if (course != null) {
      for (Event event : course.events()) {
        long confirmations = course.head() - event.block() + 1;
        mined.put(event.hash(), Answer.of(new Mined(event.block(), confirmations)));
      }
    }
    return mined;
  }

  /** Whether the court has it, and with it everybody. */
  public boolean isOpened() {
    return KNOWN_TO_ALL.contains(plan.state());
  }
}
