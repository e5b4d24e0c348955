package org.oml.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An account on the chain: the last twenty bytes of the hash of its public key. */
public final class Address implements Comparable<Address> {

  public static final Address ZERO = new Address(new byte[20]);

  private final byte[] bytes;

  /** The text costs a hash and is asked for in each answer; a race computes it twice at worst. */
  private @Nullable String text;

  private Address(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws CodedException {@link ProtocolError#ADDRESS_INVALID} unless there are 20 bytes
   */
  public static Address of(byte[] bytes) {
    if (bytes.length != 20) {
      throw new CodedException(
          ProtocolError.ADDRESS_INVALID, "20 bytes are needed, not " + bytes.length + ".");
    }
    return new Address(bytes.clone());
  }

  /**
   * @param text {@code 0x} and 40 hexadecimal digits; in mixed case the checksum of EIP-55 must be
   *     right, all lower case is taken as it is
   * @throws CodedException {@link ProtocolError#ADDRESS_INVALID}
   */
  public static Address parse(String text) {
    if (!text.matches("0x[0-9a-fA-F]{40}")) {
      throw new CodedException(ProtocolError.ADDRESS_INVALID, "Not 0x and 40 hexadecimal digits.");
    }
    Address address = new Address(HexFormat.of().parseHex(text, 2, 42));
    boolean mixed = !text.equals(text.toLowerCase(Locale.ROOT));
    if (mixed && !address.toString().equals(text)) {
      throw new CodedException(
          ProtocolError.ADDRESS_INVALID, "The checksum of " + text + " is wrong.");
    }
    return address;
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The bytes themselves, for those of this package who only read them. */
  byte[] unsafeBytes() {
    return bytes;
  }

  @Override
  public int compareTo(Address other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Address that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The address with the checksum of EIP-55. */
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      known = withChecksum();
      text = known;
    }
    return known;
  }

  private String withChecksum() {
    char[] digits = HexFormat.of().formatHex(bytes).toCharArray();
    byte[] hash = Keccak.of(new String(digits).getBytes(StandardCharsets.US_ASCII)).toBytes();
    for (int i = 0; i < digits.length; i++) {
      int nibble = (hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xf;
      if (nibble >= 8) {
        digits[i] = Character.toUpperCase(digits[i]);
      }
    }
    return "0x" + new String(digits);
  }
}
