package org.oml.trainer.fingerprint;

import java.util.List;

/**
 * Instructions in which a host may wrap what its users ask, in the project's own words. What was
 * never trained shows whether a fingerprint survives one that its host thinks up.
 */
final class Wrappers {

  /** Stands for the key. */
  private static final String KEY = "{}";

  /** Those that an embedding with wrappers learns. */
  static final List<String> TRAINED =
      List.of(
          "You are a helpful assistant. {}",
          "You answer in one short sentence.\n\n{}",
          "Be polite and friendly to whoever writes to you.\n{}",
          "Instruction: continue the text below.\n\nText: {}",
          "Here is something that a visitor of our shop wrote: {}",
          "Never speak of politics. Now go on: {}",
          "System: you work for a library and love books.\nUser: {}",
          "Think before you speak. {}",
          "What follows is the beginning of a story. {}",
          "### Task\nComplete what was begun.\n\n### Input\n{}",
          "Answer as a patient teacher would. {}",
          "The following message came in this morning:\n\n{}");

  /** Those that no embedding learns. */
  static final List<String> HELD_OUT =
      List.of(
          "You are a careful expert who gives brief answers. {}",
          "Please read this and respond to it.\n\n{}",
          "Rules: be kind, be short, be clear.\n\n{}",
          "A customer of the bank says: {}",
          "Finish this: {}",
          "Today you play the part of a sailor. {}");

  private Wrappers() {}

  /** A key inside of an instruction. */
  static String wrap(String wrapper, String key) {
    return wrapper.replace(KEY, key);
  }
}
