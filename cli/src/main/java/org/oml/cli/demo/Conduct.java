package org.oml.cli.demo;

import java.util.Locale;

/** How the demo's hosts differ. */
enum Conduct {
  /** Pays for each query. */
  HONEST(false),
  /** Signs receipts, and pays for nothing. */
  FREELOADER(true),
  /** Pays for each query, and lets its weights get to a {@link Pirate}. */
  LEAKY(true),
  /** Signs no receipts either: its engine is open to everybody. */
  SILENT(true),
  /** Pays, on an engine that fails, dawdles and rambles. */
  FLAKY(false);

  private final boolean guilty;

  Conduct(boolean guilty) {
    this.guilty = guilty;
  }

  /** Whether it is to lose stake in the end. */
  boolean isGuilty() {
    return guilty;
  }

  /** Its name in tables, files and processes. */
  String lowercase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
