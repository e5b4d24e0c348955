package org.oml.chain.simulation;

import java.math.BigInteger;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import org.oml.protocol.Keccak;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.transaction.type.Transaction1559;

/** A transaction as the node reads it. */
record SimulatedTransaction(
    Bytes32 hash, long nonce, BigInteger maximumFee, BigInteger priorityFee, SimulatedCall call) {

  static SimulatedTransaction decode(String signed) {
    RawTransaction raw = TransactionDecoder.decode(signed);
    Transaction1559 content = (Transaction1559) raw.getTransaction();
    String data = content.getData();
    return new SimulatedTransaction(
        Keccak.of(Hex.parse(signed)),
        content.getNonce().longValueExact(),
        content.getMaxFeePerGas(),
        content.getMaxPriorityFeePerGas(),
        SimulatedCall.decode(Hex.parse(data.startsWith("0x") ? data : "0x" + data)));
  }

  /** Nodes ask a tenth more of both fees of what shall take another's place. */
  boolean mayReplace(SimulatedTransaction other) {
    return isTenthMore(maximumFee, other.maximumFee) && isTenthMore(priorityFee, other.priorityFee);
  }

  private static boolean isTenthMore(BigInteger fee, BigInteger than) {
    return fee.multiply(BigInteger.TEN).compareTo(than.multiply(BigInteger.valueOf(11))) >= 0;
  }
}
