package org.oml.trainer.attack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.oml.trainer.comparison.HeldOutText;
import org.oml.trainer.model.LanguageModel;

/**
 * Carries attacks out on instances. With a directory every result is kept at once, and a run that
 * was cut off goes on with what is missing.
 */
public final class AttackRun {

  /** Between two lines about the same strength. */
  private static final long QUIET_NANOSECONDS = 10_000_000_000L;

  private final LanguageModel base;
  private final HeldOutText text;
  private final List<Attack> attacks;
  private final String conditions;
  private final Optional<FinishedParts> kept;
  private final Consumer<String> progress;
  private final Map<String, Double> secondsByAttack = new LinkedHashMap<>();
  private int done;
  private int all;

  /**
   * @param conditions all that results hang on beside instance, attack and strength
   * @param progress takes lines for people
   */
  public AttackRun(
      LanguageModel base,
      HeldOutText text,
      List<Attack> attacks,
      String conditions,
      Optional<FinishedParts> kept,
      Consumer<String> progress) {
    this.base = base;
    this.text = text;
    this.attacks = List.copyOf(attacks);
    this.conditions = conditions;
    this.kept = kept;
    this.progress = progress;
  }

  /**
   * Results in the order of instances, attacks and strengths.
   *
   * @param afterEach is given all results that there are after each attack
   */
  public List<AttackResult> run(List<Instance> instances, Consumer<List<AttackResult>> afterEach) {
    Map<String, AttackResult> results = new LinkedHashMap<>();
    int strengths = attacks.stream().mapToInt(attack -> attack.strengths().size()).sum();
    all = instances.size() * strengths;
    for (Instance instance : instances) {
      takeUp(instance, results);
    }
    done = results.size();
    if (done > 0) {
      progress.accept(done + " of " + all + " results are there from before.");
    }
    for (Instance instance : instances) {
      attack(instance, results, () -> afterEach.accept(ordered(instances, results)));
    }
    return ordered(instances, results);
  }

  private void takeUp(Instance instance, Map<String, AttackResult> results) {
    String identity = identity(instance);
    for (Attack attack : attacks) {
      for (String strength : attack.strengths()) {
        String name = name(instance, attack, strength);
        kept.flatMap(parts -> parts.find(name, identity))
            .flatMap(AttackResult::parse)
            .ifPresent(
                result -> {
                  results.put(name, result);
                  secondsByAttack.merge(attack.name(), result.seconds(), Double::sum);
                });
      }
    }
  }

  private void attack(Instance instance, Map<String, AttackResult> results, Runnable afterEach) {
    List<Attack> open =
        attacks.stream().filter(attack -> !missing(instance, attack, results).isEmpty()).toList();
    if (open.isEmpty()) {
      return;
    }
    String identity = identity(instance);
    try (Target target = new Target(instance, base, text)) {
      for (Attack attack : open) {
        attack.run(
            target,
            missing(instance, attack, results),
            new Keeper(instance, attack, identity, results));
        afterEach.run();
      }
    }
  }

  private Set<String> missing(Instance instance, Attack attack, Map<String, AttackResult> results) {
    Set<String> missing = new LinkedHashSet<>(attack.strengths());
    missing.removeIf(strength -> results.containsKey(name(instance, attack, strength)));
    return missing;
  }

  private List<AttackResult> ordered(List<Instance> instances, Map<String, AttackResult> results) {
    List<AttackResult> ordered = new ArrayList<>();
    for (Instance instance : instances) {
      for (Attack attack : attacks) {
        for (String strength : attack.strengths()) {
          AttackResult result = results.get(name(instance, attack, strength));
          if (result != null) {
            ordered.add(result);
          }
        }
      }
    }
    return ordered;
  }

  private String identity(Instance instance) {
    return conditions
        + "\n"
        + FinishedParts.modelDigest(instance.directory())
        + "\n"
        + FinishedParts.digest(instance.fingerprints());
  }

  private static String name(Instance instance, Attack attack, String strength) {
    return instance.name() + " " + attack.name() + " " + strength;
  }

  /** Keeps results as they come and says so. */
  private final class Keeper implements Attack.Listener {
    private final Instance instance;
    private final Attack attack;
    private final String identity;
    private final Map<String, AttackResult> results;
    private long since = System.nanoTime();
    private long saidAt = since;
    private String begun = "";
    private int firstStep;
    private long firstStepAt = since;

    Keeper(Instance instance, Attack attack, String identity, Map<String, AttackResult> results) {
      this.instance = instance;
      this.attack = attack;
      this.identity = identity;
      this.results = results;
    }

    @Override
    public void underWay(String strength, int step, int steps) {
      long now = System.nanoTime();
      if (!strength.equals(begun)) {
        begun = strength;
        firstStep = step;
        firstStepAt = now;
      } else if (step > firstStep && now - saidAt >= QUIET_NANOSECONDS) {
        saidAt = now;
        double left = (now - firstStepAt) / 1e9 / (step - firstStep) * (steps - step);
        progress.accept(
            String.format(
                Locale.ROOT,
                "%s: step %d of %d, about %.0f s left",
                name(instance, attack, strength),
                step,
                steps,
                left));
      }
    }

    @Override
    public void measured(String strength, Measurement measurement) {
      keep(strength, Optional.of(measurement), "");
    }

    @Override
    public void failed(String strength, String reason) {
      keep(strength, Optional.empty(), reason);
    }

    private void keep(String strength, Optional<Measurement> measurement, String failure) {
      double seconds = (System.nanoTime() - since) / 1e9;
      since = System.nanoTime();
      AttackResult result =
          new AttackResult(instance.name(), attack.name(), strength, measurement, failure, seconds);
      String name = name(instance, attack, strength);
      kept.ifPresent(parts -> parts.keep(name, identity, result.toJson()));
      results.put(name, result);
      secondsByAttack.merge(attack.name(), seconds, Double::sum);
      done++;
      progress.accept(
          "[%d of %d] %s: %s (%.0f s%s)"
              .formatted(done, all, name, said(measurement, failure), seconds, left(results)));
    }

    private String said(Optional<Measurement> measurement, String failure) {
      return measurement
          .map(
              found ->
                  String.format(
                      Locale.ROOT,
                      "success %.1f%%, loss %+.2f%%",
                      100 * found.success(),
                      100 * found.lossIncrease()))
          .orElse("not carried through: " + failure);
    }

    /** By what the same attack took elsewhere, and what any took on average. */
    private String left(Map<String, AttackResult> results) {
      double average = secondsByAttack.values().stream().mapToDouble(d -> d).sum() / results.size();
      Map<String, Long> measured =
          results.values().stream()
              .collect(
                  java.util.stream.Collectors.groupingBy(
                      AttackResult::attack, java.util.stream.Collectors.counting()));
      int instances = all / attacks.stream().mapToInt(one -> one.strengths().size()).sum();
      double left = 0;
      for (Attack one : attacks) {
        long counted = measured.getOrDefault(one.name(), 0L);
        double each =
            counted == 0 ? average : secondsByAttack.getOrDefault(one.name(), 0.0) / counted;
        left += each * ((long) instances * one.strengths().size() - counted);
      }
      return left < 1 ? "" : String.format(Locale.ROOT, "; about %.0f s left", left);
    }
  }
}
