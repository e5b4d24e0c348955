package org.oml.trainer.command;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.oml.trainer.model.EngineSettings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options with which every verb of the trainer says where and how it computes; a verb mixes
 * them in and calls {@link #apply} before it loads a model.
 */
public final class EngineOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, gpu or gpu:N (cpu, or the system property oml.trainer.device)")
  private @Nullable String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "threads of the CPU; another number, another rounding (1, or oml.trainer.threads)")
  private @Nullable Integer threads;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "f32 or bf16 inside training steps (f32, or oml.trainer.dtype)")
  private @Nullable String type;

  /** For picocli. */
  public EngineOptions() {}

  /**
   * Sets what was given; what was not stays as the system properties have it.
   *
   * @throws ParameterException for a value that cannot be
   */
  public void apply() {
    try {
      EngineSettings present = EngineSettings.current();
      new EngineSettings(
              device == null ? present.device() : device.toLowerCase(Locale.ROOT),
              threads == null ? present.threads() : threads,
              type == null ? present.precision() : precision(type))
          .use();
    } catch (IllegalArgumentException refused) {
      throw new ParameterException(
          spec.commandLine(), String.valueOf(refused.getMessage()), refused);
    }
  }

  private static EngineSettings.Precision precision(String name) {
    for (EngineSettings.Precision precision : EngineSettings.Precision.values()) {
      if (precision.name().equalsIgnoreCase(name)) {
        return precision;
      }
    }
    throw new IllegalArgumentException("--dtype is f32 or bf16, not " + name);
  }
}
