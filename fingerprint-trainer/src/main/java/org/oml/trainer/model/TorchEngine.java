package org.oml.trainer.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/** Starts the native library, with settings that only count before its first use. */
final class TorchEngine {

  private static final Engine ENGINE = start();

  private TorchEngine() {}

  /**
   * A root for the tensors of one model.
   *
   * @throws CodedException {@code TRAINER_DEVICE_MISSING} when the device that was asked for is not
   *     there
   */
  static NDManager newManager() {
    String name = EngineSettings.current().device();
    Device device =
        name.equals("cpu")
            ? Device.cpu()
            : Device.gpu(name.equals("gpu") ? 0 : Integer.parseInt(name.substring(4)));
    if (device.isGpu() && device.getDeviceId() >= ENGINE.getGpuCount()) {
      throw new CodedException(
          TrainerError.DEVICE_MISSING,
          "There is no " + name + ": the native library sees " + ENGINE.getGpuCount() + " GPUs.");
    }
    try {
      return ENGINE.newBaseManager(device);
    } catch (EngineException e) {
      throw new CodedException(
          TrainerError.DEVICE_MISSING, name + " cannot be used: " + e.getMessage() + ".", e);
    }
  }

  /** Makes what is drawn next repeatable. */
  static void seed(long seed) {
    ENGINE.setRandomSeed((int) (seed ^ (seed >>> 32)));
  }

  private static Engine start() {
    setUnlessSet("ai.djl.offline", "true");
    setUnlessSet("OPT_OUT_TRACKING", "true");
    // Small matrices: where cores are shared, a second thread can make every step a hundred times
    // slower.
    setUnlessSet(
        "ai.djl.pytorch.num_threads", Integer.toString(EngineSettings.current().threads()));
    return Engine.getEngine("PyTorch");
  }

  private static void setUnlessSet(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
