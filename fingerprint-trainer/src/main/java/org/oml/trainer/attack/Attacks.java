package org.oml.trainer.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All attacks that there are, the quick ones first. */
public final class Attacks {

  private Attacks() {}

  /** All that the settings allow. */
  static List<Attack> all(AttackSettings settings) {
    List<Attack> attacks = new ArrayList<>();
    attacks.add(new Unattacked());
    attacks.addAll(WeightChanges.all());
    attacks.add(new OtherWords());
    attacks.add(new Temperatures(settings.seed()));
    attacks.add(new InputFilter());
    attacks.addAll(Suppression.all());
    attacks.add(new Unlearning(false, settings));
    attacks.add(new Unlearning(true, settings));
    attacks.addAll(FineTuning.all(settings));
    attacks.add(new Overwriting(settings.seed()));
    return List.copyOf(attacks);
  }

  /** Some of them, by name, in the usual order. */
  public static List<Attack> named(AttackSettings settings, List<String> names) {
    return all(settings).stream().filter(attack -> names.contains(attack.name())).toList();
  }

  /** Their names, those of fine-tuning among them. */
  public static List<String> names() {
    InstructionRows.Row row = new InstructionRows.Row("a", "b");
    InstructionRows rows = new InstructionRows(List.of(row), List.of(row));
    return all(AttackSettings.defaults(1, Optional.of(rows))).stream().map(Attack::name).toList();
  }
}
