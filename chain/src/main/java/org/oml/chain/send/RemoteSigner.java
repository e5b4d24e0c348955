package org.oml.chain.send;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainError;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.Hex;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.transaction.type.ITransaction;
import org.web3j.crypto.transaction.type.Transaction1559;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import tools.jackson.databind.JsonNode;

/**
 * Has transactions signed by a process that keeps the key to itself and speaks {@code
 * eth_signTransaction}, as web3signer and nodes with unlocked accounts do. What comes back is
 * looked at before it is used: it must be what was asked for, signed by the account.
 */
public final class RemoteSigner implements Signer {

  private final Web3jService service;
  private final Address account;
  private final BigInteger chainId;

  /**
   * @param service where the signer is, with timeouts of its own
   * @param account whose key it holds
   * @param chainId of the chain that the transactions are for
   */
  public RemoteSigner(Web3jService service, Address account, BigInteger chainId) {
    this.service = service;
    this.account = account;
    this.chainId = chainId;
  }

  /** What {@code eth_signTransaction} answers: the bytes, or an object that holds them. */
  public static final class Signed extends Response<@Nullable JsonNode> {}

  @Override
  public Address account() {
    return account;
  }

  @Override
  public byte[] sign(UnsignedTransaction transaction) {
    byte[] signed = ask(transaction);
    if (!isSigned(signed, transaction)) {
      throw failed("signed something else than it was asked to", null);
    }
    return signed;
  }

  private byte[] ask(UnsignedTransaction transaction) {
    Address recipient = transaction.recipient();
    Map<String, String> asked =
        Map.of(
            "from", account.toString(),
            "to", recipient == null ? "" : recipient.toString(),
            "nonce", hex(BigInteger.valueOf(transaction.nonce())),
            "gas", hex(transaction.gasLimit()),
            "value", "0x0",
            "data", Hex.of(transaction.data()),
            "maxFeePerGas", hex(transaction.maximumFee()),
            "maxPriorityFeePerGas", hex(transaction.priorityFee()),
            "chainId", hex(chainId),
            "type", "0x2");
    try {
      Signed answer =
          new Request<>("eth_signTransaction", List.of(asked), service, Signed.class).send();
      JsonNode result = answer.getResult();
      if (answer.hasError() || result == null) {
        throw failed("refuses", null);
      }
      return Hex.parse((result.isString() ? result : result.path("raw")).asString());
    } catch (IOException | RuntimeException e) {
      throw e instanceof CodedException coded && coded.code() == ChainError.SIGNER_FAILED
          ? coded
          : failed("did not answer", e);
    }
  }

  private boolean isSigned(byte[] signed, UnsignedTransaction transaction) {
    if (!(TransactionDecoder.decode(Hex.of(signed)) instanceof SignedRawTransaction decoded)
        || !(decoded.getTransaction() instanceof Transaction1559 content)) {
      return false;
    }
    return isFrom(decoded)
        && content.getChainId() == chainId.longValueExact()
        && content.getMaxFeePerGas().equals(transaction.maximumFee())
        && content.getMaxPriorityFeePerGas().equals(transaction.priorityFee())
        && says(content, transaction);
  }

  private static boolean says(ITransaction content, UnsignedTransaction transaction) {
    Address recipient = transaction.recipient();
    String to = content.getTo() == null ? "" : content.getTo().toLowerCase(Locale.ROOT);
    return content.getNonce().equals(BigInteger.valueOf(transaction.nonce()))
        && content.getGasLimit().equals(transaction.gasLimit())
        && content.getValue().signum() == 0
        && (recipient == null
            ? to.length() <= 2
            : to.equals(recipient.toString().toLowerCase(Locale.ROOT)))
        && Arrays.equals(bytes(content.getData()), transaction.data());
  }

  private boolean isFrom(SignedRawTransaction decoded) {
    try {
      return Address.parse(decoded.getFrom().toLowerCase(Locale.ROOT)).equals(account);
    } catch (SignatureException e) {
      return false;
    }
  }

  private static byte[] bytes(@Nullable String data) {
    if (data == null || data.isEmpty()) {
      return new byte[0];
    }
    return Hex.parse(data.startsWith("0x") ? data : "0x" + data);
  }

  private static String hex(BigInteger number) {
    return "0x" + number.toString(16);
  }

  private CodedException failed(String how, @Nullable Throwable cause) {
    String detail = "The signer of %s %s.".formatted(account, how);
    return cause == null
        ? new CodedException(ChainError.SIGNER_FAILED, detail)
        : new CodedException(ChainError.SIGNER_FAILED, detail, cause);
  }
}
