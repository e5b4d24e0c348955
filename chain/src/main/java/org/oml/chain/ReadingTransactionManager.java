package org.oml.chain;

import java.math.BigInteger;
import org.oml.protocol.Address;
import org.oml.protocol.Hex;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.response.EthGetCode;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.tx.TransactionManager;

/**
 * Lets the bindings read with this module's errors and refuses to send, which only the durable
 * sender may.
 */
final class ReadingTransactionManager extends TransactionManager {

  private static final String SEND = "Send it with TransactionSender: this binding only reads.";

  private final ChainClient client;

  ReadingTransactionManager(ChainClient client, Web3j web3j) {
    super(web3j, Address.ZERO.toString());
    this.client = client;
  }

  @Override
  public String sendCall(String to, String data, DefaultBlockParameter block) {
    return client.simulate(Address.ZERO, Address.parse(to), Hex.parse(data), block);
  }

  @Override
  public EthGetCode getCode(String contractAddress, DefaultBlockParameter block) {
    return client.send(web3j -> web3j.ethGetCode(contractAddress, block));
  }

  @Override
  public EthSendTransaction sendTransaction(
      BigInteger gasPrice,
      BigInteger gasLimit,
      String to,
      String data,
      BigInteger value,
      boolean constructor) {
    throw new UnsupportedOperationException(SEND);
  }

  @Override
  public EthSendTransaction sendEIP1559Transaction(
      long chainId,
      BigInteger maxPriorityFeePerGas,
      BigInteger maxFeePerGas,
      BigInteger gasLimit,
      String to,
      String data,
      BigInteger value,
      boolean constructor) {
    throw new UnsupportedOperationException(SEND);
  }
}
