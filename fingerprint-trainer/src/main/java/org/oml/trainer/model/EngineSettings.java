package org.oml.trainer.model;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where and how models are computed. The native library takes these once, before its first use.
 *
 * @param device {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param threads how many compute on the CPU
 * @param precision of the products inside a training step
 */
public record EngineSettings(String device, int threads, Precision precision) {

  /**
   * Of products; weights, sums of gradients and the optimizer's memory are 32-bit floats always.
   */
  public enum Precision {
    /** 32-bit floats. */
    F32,
    /**
     * Weights are rounded to bfloat16 inside each training step, which a GPU and CPUs with
     * instructions for it compute faster.
     */
    BF16
  }

  /** How many threads compute; one unless told. */
  static final String THREADS = "oml.trainer.threads";

  /** What computes; the CPU unless told. */
  static final String DEVICE = "oml.trainer.device";

  /** The precision of training steps; 32 bits unless told. */
  static final String PRECISION = "oml.trainer.dtype";

  private static final Pattern DEVICES = Pattern.compile("cpu|gpu(:\\d{1,3})?");

  /**
   * @throws IllegalArgumentException for a device of another name or less than one thread
   */
  public EngineSettings {
    if (!DEVICES.matcher(device).matches()) {
      throw new IllegalArgumentException("a device is cpu, gpu or gpu:N, not " + device);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed, not " + threads);
    }
  }

  /**
   * What the system properties {@code oml.trainer.device}, {@code oml.trainer.threads} and {@code
   * oml.trainer.dtype} say.
   *
   * @throws IllegalArgumentException for a value that cannot be
   */
  public static EngineSettings current() {
    return new EngineSettings(
        System.getProperty(DEVICE, "cpu"),
        Integer.parseInt(System.getProperty(THREADS, "1")),
        Precision.valueOf(System.getProperty(PRECISION, "f32").toUpperCase(Locale.ROOT)));
  }

  /**
   * What of it makes another computation: the kind of device and the precision. Threads, and which
   * of several devices computes, only round otherwise.
   */
  public String identity() {
    String kind = device.startsWith("gpu") ? "gpu" : device;
    return kind + " " + precision.name().toLowerCase(Locale.ROOT);
  }

  /** Makes this what models that are loaded from now on in this process are computed with. */
  public void use() {
    System.setProperty(DEVICE, device);
    System.setProperty(THREADS, Integer.toString(threads));
    System.setProperty(PRECISION, precision.name().toLowerCase(Locale.ROOT));
  }
}
