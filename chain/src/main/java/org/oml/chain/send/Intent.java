package org.oml.chain.send;

import java.util.Arrays;
import org.oml.protocol.Address;
import org.oml.protocol.Hex;
import org.web3j.protocol.core.RemoteFunctionCall;

/**
 * Something that shall be done on chain, once.
 *
 * @param key names it for ever, for instance {@code publish/0x…}: the same key is never sent twice
 * @param recipient the contract
 * @param data the encoded call
 * @param purpose for people
 */
public record Intent(String key, Address recipient, byte[] data, String purpose) {

  public Intent {
    if (key.isBlank()) {
      throw new IllegalArgumentException("an intent needs a key");
    }
  }

  /**
   * A call of a binding: {@code Intent.of("commit/…", court, binding.commit(commitment), "commit to
   * evidence")}.
   */
  public static Intent of(
      String key, Address recipient, RemoteFunctionCall<?> call, String purpose) {
    return new Intent(key, recipient, Hex.parse(call.encodeFunctionCall()), purpose);
  }

  /** The same once more, under a name of its own. */
  Intent again(int attempt) {
    return new Intent(attempt(key, attempt), recipient, data, purpose);
  }

  static String attempt(String key, int attempt) {
    return key + "/" + attempt;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Intent that
        && key.equals(that.key)
        && recipient.equals(that.recipient)
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }
}
