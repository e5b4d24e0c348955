package org.oml.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.oml.protocol.Hex;

/**
 * The code that a contract of this version has on chain. Compared without what differs from one
 * deployment to another (immutables) and without the metadata that the compiler appends, which
 * change with every comment.
 */
public final class RuntimeCode {

  private final byte[] code;
  private final List<int[]> immutables;

  private RuntimeCode(byte[] code, List<int[]> immutables) {
    this.code = code;
    this.immutables = immutables;
  }

  /**
   * @param contract its name in Solidity
   */
  public static RuntimeCode of(String contract) {
    String file = "runtime/" + contract + ".txt";
    try (InputStream in = RuntimeCode.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("No contract is called " + contract + ".");
      }
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
      return new RuntimeCode(
          Hex.parse("0x" + lines.getFirst()),
          lines.stream().skip(1).map(RuntimeCode::place).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether code on chain is this contract's. */
  public boolean isThatOf(byte[] found) {
    return found.length == code.length && Arrays.equals(comparable(found), comparable(code));
  }

  private byte[] comparable(byte[] full) {
    byte[] masked = Arrays.copyOf(full, full.length - metadataLength());
    for (int[] place : immutables) {
      Arrays.fill(masked, place[0], place[0] + place[1], (byte) 0);
    }
    return masked;
  }

  /** The last two bytes say how long the metadata before them are. */
  private int metadataLength() {
    int end = code.length;
    return 2 + ((code[end - 2] & 0xff) << 8 | (code[end - 1] & 0xff));
  }

  private static int[] place(String line) {
    int space = line.indexOf(' ');
    return new int[] {
      Integer.parseInt(line.substring(0, space)), Integer.parseInt(line.substring(space + 1))
    };
  }
}
