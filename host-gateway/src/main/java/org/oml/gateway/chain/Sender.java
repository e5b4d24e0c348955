package org.oml.gateway.chain;

import java.io.IOException;
import java.math.BigInteger;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import org.oml.protocol.SigningKey;

/**
 * Signs calls to the courts with one key and hands them to the node. It remembers nothing: whoever
 * uses it keeps what was signed before it is sent.
 */
public final class Sender {

  private static final int PERCENT = 100;
  private static final long GAS_MARGIN = 130;

  private final Node node;
  private final SigningKey key;
  private final BigInteger highestFee;

  /**
   * @param highestFee that is offered for a unit of gas, in wei, whatever the node says
   */
  public Sender(Node node, SigningKey key, BigInteger highestFee) {
    this.node = node;
    this.key = key;
    this.highestFee = highestFee;
  }

  /**
   * A transaction that is signed and can be sent as often as one likes.
   *
   * @param nonce of the sender
   * @param priorityFee in wei
   * @param maximumFee in wei
   * @param hash under which the node knows it
   * @param signed its bytes in hexadecimal digits
   */
  public record Signed(
      long nonce, BigInteger priorityFee, BigInteger maximumFee, Bytes32 hash, String signed) {}

  public Address address() {
    return key.address();
  }

  /**
   * Signs a call at the present price.
   *
   * @throws NodeRefusedException when the court would refuse it
   */
  public Signed sign(long nonce, Address court, byte[] data) throws IOException {
    BigInteger priority = node.priorityFee().max(BigInteger.ONE);
    BigInteger maximum = Node.maximumFee(node.head().baseFee(), priority);
    return sign(nonce, court, data, priority, maximum);
  }

  /**
   * Signs the same call for the same nonce at a price for which a node takes it in place of the
   * first: each fee higher by a quarter, and not below the present one.
   */
  public Signed signAgain(Signed before, Address court, byte[] data) throws IOException {
    BigInteger priority = raised(before.priorityFee()).max(node.priorityFee());
    BigInteger maximum =
        raised(before.maximumFee()).max(Node.maximumFee(node.head().baseFee(), priority));
    return sign(before.nonce(), court, data, priority, maximum);
  }

  /** Whether a higher fee may still be offered. */
  public boolean mayRaise(Signed before) {
    return raised(before.maximumFee()).compareTo(highestFee) <= 0;
  }

  private static BigInteger raised(BigInteger fee) {
    return fee.multiply(BigInteger.valueOf(PERCENT + 25))
        .divide(BigInteger.valueOf(PERCENT))
        .add(BigInteger.ONE);
  }

  private Signed sign(
      long nonce, Address court, byte[] data, BigInteger priority, BigInteger maximum)
      throws IOException {
    BigInteger bounded = maximum.min(highestFee);
    DynamicFeeTransaction transaction =
        new DynamicFeeTransaction(
            node.expectedChainId(),
            nonce,
            priority.min(bounded),
            bounded,
            node.estimateGas(key.address(), court, data) * GAS_MARGIN / PERCENT,
            court,
            data);
    byte[] signed = transaction.sign(key);
    return new Signed(
        nonce,
        transaction.priorityFee(),
        transaction.maximumFee(),
        DynamicFeeTransaction.hash(signed),
        Hex.of(signed));
  }

  /**
   * Hands a transaction to the node, again if it has it.
   *
   * @throws NodeRefusedException when it does not take it
   */
  public void send(Signed signed) throws IOException {
    try {
      node.broadcast(Hex.parse(signed.signed()));
    } catch (NodeRefusedException e) {
      String reason = String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT);
      if (!reason.contains("already known")
          && !reason.contains("already imported")
          && !reason.contains("nonce too low")) {
        throw e;
      }
    }
  }
}
