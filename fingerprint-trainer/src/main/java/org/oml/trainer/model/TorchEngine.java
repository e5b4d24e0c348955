package org.oml.trainer.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** Starts the native library, with settings that only count before its first use. */
final class TorchEngine {

  /** How many threads compute; one unless told. */
  static final String THREADS = "oml.trainer.threads";

  private static final Engine ENGINE = start();

  private TorchEngine() {}

  /** A root for the tensors of one model. */
  static NDManager newManager() {
    return ENGINE.newBaseManager();
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
    setUnlessSet("ai.djl.pytorch.num_threads", System.getProperty(THREADS, "1"));
    return Engine.getEngine("PyTorch");
  }

  private static void setUnlessSet(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
