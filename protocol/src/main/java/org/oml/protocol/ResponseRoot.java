package org.oml.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An answer as a receipt commits to it: the first 64 bytes apart from the rest, so that a case
 * never puts a long answer on chain.
 *
 * @param length bytes of the whole answer in UTF-8
 * @param prefix the first 64 of them, or all
 * @param restHash hash of the others
 */
public record ResponseRoot(long length, byte[] prefix, Bytes32 restHash) {

  private static final int PREFIX = 64;

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} if the prefix is not the first
   *     64 bytes of so many, or all of them
   */
  public ResponseRoot {
    if (prefix.length != Math.min(length, PREFIX)) {
      throw new CodedException(
          ProtocolError.VALUE_OUT_OF_RANGE,
          "An answer of " + length + " bytes has no prefix of " + prefix.length + ".");
    }
    prefix = prefix.clone();
  }

  /** Of an answer that is there as a whole. */
  public static ResponseRoot of(String answer) {
    return new Stream().add(answer).finish();
  }

  @Override
  public byte[] prefix() {
    return prefix.clone();
  }

  /** The root under the salt of the query. */
  public Bytes32 root(Bytes32 salt) {
    return new Keccak()
        .add("oml.resp.v1")
        .add(salt)
        .addLong(length)
        .add(Keccak.of(prefix))
        .add(restHash)
        .hash();
  }

  /**
   * Whether the answer begins with a response, up to a word boundary, as far as prefix and length
   * tell: this is what the penalty court checks. Leading spaces of both are left out. Where the
   * answer goes on behind the prefix, the byte behind the response must lie within it.
   */
  public boolean startsWith(String response) {
    byte[] expected = response.getBytes(StandardCharsets.UTF_8);
    int from = leadingSpaces(prefix);
    int skip = leadingSpaces(expected);
    int end = from + expected.length - skip;
    if (end == from
        || end > prefix.length
        || !Arrays.equals(prefix, from, end, expected, skip, expected.length)) {
      return false;
    }
    return end < prefix.length ? !continuesWord(prefix[end]) : length == prefix.length;
  }

  private static int leadingSpaces(byte[] text) {
    int count = 0;
    while (count < text.length && text[count] == ' ') {
      count++;
    }
    return count;
  }

  private static boolean continuesWord(byte b) {
    return (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b < 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResponseRoot that
        && length == that.length
        && Arrays.equals(prefix, that.prefix)
        && restHash.equals(that.restHash);
  }

  @Override
  public int hashCode() {
    return restHash.hashCode() * 31 + Arrays.hashCode(prefix);
  }

  @Override
  public String toString() {
    return "ResponseRoot[length=" + length + ", prefix=" + Hex.of(prefix) + "]";
  }

  /**
   * An answer that arrives piece by piece; however it is cut, the root is the same. Half a
   * surrogate pair that finds no other half counts as U+FFFD.
   */
  public static final class Stream {

    private final ByteArrayOutputStream prefix = new ByteArrayOutputStream(PREFIX);
    private final Keccak rest = new Keccak();
    private long length;
    private String pending = "";

    /** Adds the next piece of the text. */
    public Stream add(String piece) {
      String text = pending + piece;
      boolean halfAtEnd =
          !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
      int whole = halfAtEnd ? text.length() - 1 : text.length();
      pending = text.substring(whole);
      addBytes(text.substring(0, whole));
      return this;
    }

    /** The root of all that was added; nothing may be added after. */
    public ResponseRoot finish() {
      addBytes(pending);
      pending = "";
      return new ResponseRoot(length, prefix.toByteArray(), rest.hash());
    }

    private void addBytes(String text) {
      byte[] bytes = WellFormed.utf8(text);
      int cut = Math.min(PREFIX - prefix.size(), bytes.length);
      prefix.write(bytes, 0, cut);
      rest.add(bytes, cut, bytes.length - cut);
      length += bytes.length;
    }
  }
}
