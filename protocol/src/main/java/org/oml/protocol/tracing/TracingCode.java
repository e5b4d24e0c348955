package org.oml.protocol.tracing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.ProtocolError;

/**
 * Which symbol each instance of a model has at each position: a bias-based fingerprinting code
 * (Tardos, "Optimal probabilistic fingerprint codes", 2003; with more symbols than two Škorić,
 * Katzenbeisser and Celik, 2008). Everything follows from a secret, so nothing but that is kept,
 * and an instance that comes later takes its symbols without a word to the others.
 *
 * @param secret whoever has it knows every instance's symbols
 * @param design symbols and their shares
 * @param positions how many fingerprints the instances share, at least 1
 */
public record TracingCode(Bytes32 secret, CodeDesign design, int positions) {

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE}
   */
  public TracingCode {
    if (positions < 1) {
      throw new CodedException(
          ProtocolError.VALUE_OUT_OF_RANGE, "A code has one or more positions.");
    }
  }

  /**
   * The symbol of an instance: {@code HMAC-SHA256(secret, "oml.code.symbol.v1" ‖ position ‖
   * instanceId)} draws it with the position's bias.
   *
   * @param position from 0
   * @return from 0; where the design has silence its highest number means that the fingerprint is
   *     not embedded
   */
  public int symbol(int position, Bytes32 instance) {
    return symbols(position).of(instance);
  }

  /**
   * How probable it is that another instance, of which nothing is known, has an instance's symbol.
   *
   * @param position from 0
   */
  public double share(int position, Bytes32 instance) {
    Symbols symbols = symbols(position);
    return design.biases().get(symbols.position().bias()).probability(symbols.rank(instance));
  }

  /** Everything of one position, for many instances. */
  Symbols symbols(int position) {
    if (position < 0 || position >= positions) {
      throw new CodedException(
          ProtocolError.VALUE_OUT_OF_RANGE, "The code has no position " + position + ".");
    }
    return new Symbols(position);
  }

  /** The symbols at one position. */
  final class Symbols {

    private final Mac mac = mac(secret);
    private final int position;
    private final CodePosition drawn;

    private Symbols(int position) {
      this.position = position;
      mac.update("oml.code.position.v1".getBytes(StandardCharsets.UTF_8));
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(position).array());
      drawn = drawn(design, ByteBuffer.wrap(mac.doFinal()));
    }

    CodePosition position() {
      return drawn;
    }

    int rank(Bytes32 instance) {
      mac.update("oml.code.symbol.v1".getBytes(StandardCharsets.UTF_8));
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(position).array());
      return design.biases().get(drawn.bias()).rank(mac.doFinal(instance.toBytes())[0] & 0xff);
    }

    int of(Bytes32 instance) {
      return drawn.order()[rank(instance)];
    }
  }

  /** Silence keeps its place, so that an answer that is no response always reads as the same. */
  private static CodePosition drawn(CodeDesign design, ByteBuffer random) {
    int bias = Short.toUnsignedInt(random.getShort()) % design.biases().size();
    int[] order = new int[design.symbols()];
    for (int rank = 0; rank < order.length; rank++) {
      order[rank] = rank;
    }
    for (int rank = design.responses() - 1; rank > 0; rank--) {
      int other = Short.toUnsignedInt(random.getShort()) % (rank + 1);
      int moved = order[rank];
      order[rank] = order[other];
      order[other] = moved;
    }
    return new CodePosition(bias, order);
  }

  private static Mac mac(Bytes32 secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.toBytes(), "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** Neither the secret nor its symbols in logs. */
  @Override
  public String toString() {
    return "TracingCode[positions=" + positions + ", symbols=" + design.symbols() + "]";
  }
}
