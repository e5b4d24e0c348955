package org.oml.cli.chain;

import java.io.IOException;
import java.math.BigInteger;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.cli.CliError;
import org.oml.contracts.binding.HostStaking;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.contracts.binding.PaymentToken;
import org.oml.contracts.binding.PermitLedger;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.exceptions.TransactionException;
import org.web3j.tx.RawTransactionManager;
import org.web3j.tx.gas.ContractGasProvider;

/**
 * A person's account on the chain: sends one transaction after another and waits for each.
 * Services, which must survive a crash between sending and knowing, use the durable sender of
 * {@code chain} instead; a person sees the outcome and runs the command again.
 */
public final class ChainAccount {

  private static final int ATTEMPTS = 120;
  private static final long POLL_MILLISECONDS = 250;

  private final Web3j web3j;
  private final ContractAddresses addresses;
  private final SigningKey key;
  private final RawTransactionManager transactions;
  private final ContractGasProvider gas;

  /**
   * @param web3j of the chain
   * @param addresses of the contracts
   * @param key signs
   */
  public ChainAccount(Web3j web3j, ContractAddresses addresses, SigningKey key) {
    this.web3j = web3j;
    this.addresses = addresses;
    this.key = key;
    Credentials credentials = Credentials.create(key.secret().toString());
    transactions =
        new RawTransactionManager(
            web3j, credentials, addresses.chainId().longValueExact(), ATTEMPTS, POLL_MILLISECONDS);
    gas = new EstimatedGas();
  }

  public Address address() {
    return key.address();
  }

  public SigningKey key() {
    return key;
  }

  public ContractAddresses addresses() {
    return addresses;
  }

  public ModelRegistry models() {
    return ModelRegistry.load(at(Contract.MODEL_REGISTRY), web3j, transactions, gas);
  }

  public HostStaking staking() {
    return HostStaking.load(at(Contract.HOST_STAKING), web3j, transactions, gas);
  }

  public PermitLedger ledger() {
    return PermitLedger.load(at(Contract.PERMIT_LEDGER), web3j, transactions, gas);
  }

  public PaymentToken token() {
    return PaymentToken.load(at(Contract.PAYMENT_TOKEN), web3j, transactions, gas);
  }

  /** Lets a contract take an amount of the payment token from this account. */
  public void approve(Contract contract, BigInteger amount) {
    send(token().approve(at(contract), amount));
  }

  /**
   * Sends and waits until it is mined.
   *
   * @throws CodedException {@link CliError#TRANSACTION_FAILED}
   */
  public TransactionReceipt send(RemoteFunctionCall<TransactionReceipt> call) {
    TransactionReceipt receipt = call(call);
    if (!receipt.isStatusOK()) {
      throw new CodedException(
          CliError.TRANSACTION_FAILED,
          "The transaction " + receipt.getTransactionHash() + " was refused.");
    }
    return receipt;
  }

  /** Asks a contract. */
  public <T> T call(RemoteFunctionCall<T> call) {
    try {
      return call.send();
    } catch (IOException | TransactionException e) {
      throw new CodedException(
          CliError.TRANSACTION_FAILED, "The chain answered: " + e.getMessage(), e);
    } catch (Exception e) {
      throw new CodedException(
          CliError.TRANSACTION_FAILED, "The call failed: " + e.getMessage(), e);
    }
  }

  private String at(Contract contract) {
    return addresses.of(contract).toString();
  }

  /** Gas as the chain itself estimates it, with a third to spare. */
  private final class EstimatedGas implements ContractGasProvider {

    private static final BigInteger FALLBACK = BigInteger.valueOf(5_000_000);

    @Override
    public BigInteger getGasPrice() {
      try {
        return web3j.ethGasPrice().send().getGasPrice().multiply(BigInteger.TWO);
      } catch (IOException e) {
        throw new CodedException(CliError.TRANSACTION_FAILED, "The chain does not answer.", e);
      }
    }

    @Override
    public BigInteger getGasLimit(Transaction transaction) {
      try {
        var estimate = web3j.ethEstimateGas(transaction).send();
        if (estimate.hasError()) {
          throw new CodedException(
              CliError.TRANSACTION_FAILED, "A contract refused: " + refusal(estimate.getError()));
        }
        return estimate
            .getAmountUsed()
            .multiply(BigInteger.valueOf(4))
            .divide(BigInteger.valueOf(3));
      } catch (IOException e) {
        throw new CodedException(CliError.TRANSACTION_FAILED, "The chain does not answer.", e);
      }
    }

    @Override
    public BigInteger getGasLimit() {
      return FALLBACK;
    }

    private String refusal(org.web3j.protocol.core.Response.Error error) {
      return error.getMessage() + (error.getData() == null ? "" : " " + error.getData());
    }
  }
}
