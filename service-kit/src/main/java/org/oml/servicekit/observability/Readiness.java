package org.oml.servicekit.observability;

/** One thing without which a service cannot do its work, such as its database. */
public interface Readiness {

  /** What it is, as {@code /health} names it. */
  String name();

  /** Returns when it is there and throws when it is not; bounded in time. */
  void check() throws Exception;

  /**
   * @param name what it is
   * @param check throws when it is not there
   */
  static Readiness of(String name, Check check) {
    return new Readiness() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void check() throws Exception {
        check.run();
      }
    };
  }

  /** Looks whether something is there. */
  @FunctionalInterface
  interface Check {

    /** Throws when it is not. */
    void run() throws Exception;
  }
}
