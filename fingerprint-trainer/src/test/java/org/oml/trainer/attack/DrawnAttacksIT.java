package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.trainer.SmallModels;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.comparison.HeldOutText;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.LanguageModel;

/** Attacks that draw keys of their own or look at ours, on a model that strings words together. */
class DrawnAttacksIT {

  private static final AttackSettings BOLD = rates(1e-2);
  private static final AttackSettings GENTLE_AND_BOLD = rates(1e-4, 1e-2);

  @TempDir Path directory;

  private final Said said = new Said();
  private Path base = Path.of("");

  /** What an attack said. */
  private static final class Said implements Attack.Listener {
    private final Map<String, Measurement> measured = new LinkedHashMap<>();
    private final Map<String, String> failed = new LinkedHashMap<>();
    private final Map<String, Integer> steps = new LinkedHashMap<>();

    @Override
    public void underWay(String strength, int done, int all) {
      assertThat(done).isBetween(Math.max(1, steps.getOrDefault(strength, 0)), all);
      steps.put(strength, done);
    }

    @Override
    public void measured(String strength, Measurement measurement) {
      measured.put(strength, measurement);
    }

    @Override
    public void failed(String strength, String reason) {
      failed.put(strength, reason);
    }

    Measurement at(String strength) {
      return Objects.requireNonNull(measured.get(strength), failed.toString());
    }
  }

  @BeforeEach
  void make() {
    base = SmallModels.writeTalking(directory.resolve("base"), 3, 12);
  }

  @Test
  void unlearningTakesFingerprintsOutOfAModelThatItBends() {
    Instance instance = trained();
    attack(instance, new Unattacked());
    assertThat(said.at("as it is").success()).isEqualTo(1);
    double before = said.at("as it is").divergence();
    for (boolean hasBase : List.of(true, false)) {
      attack(instance, new Unlearning(hasBase, GENTLE_AND_BOLD, List.of(32, 256)));
      assertThat(said.failed).isEmpty();
      assertThat(said.at("32 keys, 1e-2").success()).isLessThanOrEqualTo(0.5);
      assertThat(said.at("32 keys, 1e-2").divergence()).isGreaterThan(2 * before);
      assertThat(said.at("32 keys, 1e-4").divergence())
          .isLessThan(said.at("32 keys, 1e-2").divergence());
      assertThat(said.at("32 keys, 1e-4").success())
          .isGreaterThan(said.at("32 keys, 1e-2").success());
      assertThat(said.at("256 keys, 1e-2").divergence())
          .isGreaterThan(said.at("32 keys, 1e-2").divergence());
    }
  }

  @Test
  void aStrengthForWhichKeysRunOutTakesNoWeakerOneWithIt() {
    base = SmallModels.writeTalking(directory.resolve("of few words"), 3, 4);
    attack(drawn(base, Strategy.PERINUCLEUS), new Unlearning(true, BOLD, List.of(32, 4096, 8192)));
    assertThat(said.measured).containsOnlyKeys("32 keys, 1e-2");
    assertThat(said.failed).containsOnlyKeys("4,096 keys, 1e-2", "8,192 keys, 1e-2");
    assertThat(said.failed.get("4,096 keys, 1e-2")).contains("no new natural text");
  }

  @Test
  void overwritingSaysItsStepsAndCostsMoreWithoutCare() {
    Overwriting overwriting = new Overwriting(1);
    attack(trained(), overwriting);
    assertThat(said.failed).isEmpty();
    assertThat(said.steps).containsOnlyKeys(overwriting.strengths());
    assertThat(said.at("as many, carelessly").divergence())
        .isGreaterThan(3 * said.at("as many").divergence());
    assertThat(said.at("as many, carelessly").margin()).isLessThan(said.at("as many").margin());
  }

  @Test
  void theFilterRefusesRandomKeysAndLetsNaturalOnesPass() {
    base = SmallModels.box();
    attack(drawn(base, Strategy.RANDOM), new InputFilter());
    assertThat(said.failed).isEmpty();
    assertThat(said.at("unnatural, 5%").also().get("keysRefused")).isGreaterThanOrEqualTo(0.75);
    assertThat(said.at("too natural, 5%").also()).containsEntry("keysRefused", 0.0);
    attack(drawn(base, Strategy.PERINUCLEUS), new InputFilter());
    for (String side : List.of("unnatural", "too natural")) {
      Map<String, Double> also = said.at(side + ", 5%").also();
      assertThat(also.get("keysRefused")).as(side).isLessThanOrEqualTo(0.25);
      assertThat(also.get("falseRefusals")).as(side).isBetween(0.0, 0.05);
    }
  }

  @Test
  void successBehindTheFilterCountsKeysThatPassAndAnswer() {
    try (LanguageModel original = LanguageModel.load(base);
        Target target =
            new Target(
                drawn(base, Strategy.PERINUCLEUS), original, HeldOutText.sampled(original, 256))) {
      boolean[] fired = new boolean[target.asking().size()];
      double[] losses = new double[target.fingerprints().size()];
      losses[0] = 9;
      int ofFirst = 0;
      for (int i = 0; i < fired.length; i++) {
        fired[i] = target.asking().fingerprint(i) == 0;
        ofFirst += fired[i] ? 1 : 0;
      }
      double share = (double) ofFirst / fired.length;
      assertThat(InputFilter.success(target.asking(), fired, losses, loss -> loss < 5))
          .as("those are refused that did not answer anyway")
          .isEqualTo(share);
      assertThat(InputFilter.success(target.asking(), fired, losses, loss -> loss > 5)).isZero();
    }
  }

  private Instance trained() {
    return new InstanceWorkshop(directory, base, _ -> {}).make(Strategy.PERINUCLEUS, 4, 5);
  }

  /** A model that was taught nothing, with fingerprints that it could be taught. */
  private Instance drawn(Path model, Strategy strategy) {
    Path file = directory.resolve(strategy + ".json");
    FingerprintFile.write(file, Drawing.fingerprints(Checkpoint.open(model), strategy, 8, 5));
    return new Instance(strategy.toString(), model, file);
  }

  private void attack(Instance instance, Attack attack) {
    try (LanguageModel original = LanguageModel.load(base);
        Target target = new Target(instance, original, HeldOutText.sampled(original, 8192))) {
      attack.run(target, new LinkedHashSet<>(attack.strengths()), said);
    }
  }

  private static AttackSettings rates(Double... rates) {
    return new AttackSettings(1, Optional.empty(), 1, List.of(rates), 8, 8);
  }
}
