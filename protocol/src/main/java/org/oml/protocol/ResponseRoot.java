package org.oml.protocol;

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

  public static ResponseRoot of(String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    int cut = Math.min(PREFIX, bytes.length);
    Bytes32 rest = new Keccak().add(bytes, cut, bytes.length - cut).hash();
    return new ResponseRoot(bytes.length, Arrays.copyOf(bytes, cut), rest);
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
}
