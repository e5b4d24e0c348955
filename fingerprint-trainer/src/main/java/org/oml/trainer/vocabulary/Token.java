package org.oml.trainer.vocabulary;

/**
 * One token.
 *
 * @param piece as {@code tokenizer.json} spells it
 * @param kind what it is for
 * @param bytes what it adds to a text; empty for special tokens
 */
public record Token(String piece, Kind kind, byte[] bytes) {

  /** What a token is for. */
  public enum Kind {
    /** Part of a text. */
    TEXT,
    /** One byte of a text that no other token spells. */
    BYTE,
    /** Stands for what the vocabulary cannot spell. */
    UNKNOWN,
    /** Marks beginnings, ends and roles; never part of a text. */
    SPECIAL,
    /** A number below the vocabulary's size to which no token was given. */
    UNUSED
  }
}
