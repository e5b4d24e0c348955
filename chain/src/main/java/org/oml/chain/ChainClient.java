package org.oml.chain;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Hex;
import org.oml.protocol.span.Traces;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.http.HttpService;
import org.web3j.tx.TransactionManager;
import org.web3j.tx.gas.ContractGasProvider;
import org.web3j.tx.gas.DefaultGasProvider;

/**
 * A node of the chain. Every call has a timeout and ends in an answer or a coded exception: {@link
 * ChainError#UNREACHABLE}, {@link ChainError#REFUSED} with what the node said, or {@link
 * ChainError#REVERTED} with the contract's error decoded. Safe for many threads.
 */
public final class ChainClient implements AutoCloseable {

  /** The JSON-RPC error of a call that reverted, also where the contract gave no reason. */
  private static final int EXECUTION_REVERTED = 3;

  private final Web3j web3j;
  private final Runnable shutDown;
  private final BigInteger chainId;

  private ChainClient(Web3j web3j, Runnable shutDown, BigInteger chainId) {
    this.web3j = web3j;
    this.shutDown = shutDown;
    this.chainId = chainId;
  }

  /**
   * @param rpcUrl JSON-RPC over HTTP
   * @param timeout of each call
   * @throws CodedException {@link ChainError#UNREACHABLE} if no node answers there
   */
  public static ChainClient connect(URI rpcUrl, Duration timeout) {
    OkHttpClient http =
        new OkHttpClient.Builder()
            .callTimeout(timeout)
            .connectTimeout(timeout)
            .readTimeout(timeout)
            .build();
    return connect(new HttpService(rpcUrl.toString(), http), () -> shutDown(http));
  }

  /**
   * A node that is reached by something other than HTTP, which sees to timeouts itself.
   *
   * @param transport carries JSON-RPC
   * @throws CodedException {@link ChainError#UNREACHABLE} if no node answers there
   */
  public static ChainClient connect(Web3jService transport) {
    return connect(transport, () -> {});
  }

  private static ChainClient connect(Web3jService transport, Runnable release) {
    Web3j web3j = Web3j.build(transport);
    Runnable shutDown =
        () -> {
          web3j.shutdown();
          release.run();
        };
    try {
      return new ChainClient(web3j, shutDown, answer(web3j.ethChainId()).getChainId());
    } catch (CodedException e) {
      shutDown.run();
      throw e;
    }
  }

  /**
   * Connects to the chain that the addresses are of.
   *
   * @throws CodedException also {@link ChainError#WRONG_NETWORK} if it is another
   */
  public static ChainClient connect(ChainSettings settings, ContractAddresses addresses) {
    ChainClient client = connect(settings.rpcUrl(), settings.requestTimeout());
    if (!client.chainId().equals(addresses.chainId())) {
      client.close();
      throw new CodedException(
          ChainError.WRONG_NETWORK,
          "The node is on chain %s, the contracts on chain %s."
              .formatted(client.chainId(), addresses.chainId()));
    }
    return client;
  }

  /** The chain's identifier (EIP-155). */
  public BigInteger chainId() {
    return chainId;
  }

  /**
   * A contract's binding, for reading and for encoding calls: {@code client.bind(HostStaking::load,
   * address)}. It cannot send: that is the sender's.
   */
  public <C> C bind(BindingLoader<C> loader, Address address) {
    return loader.load(
        address.toString(),
        web3j,
        new ReadingTransactionManager(this, web3j),
        new DefaultGasProvider());
  }

  /** How the bindings are loaded: their static method {@code load}. */
  @FunctionalInterface
  public interface BindingLoader<C> {
    C load(String address, Web3j web3j, TransactionManager transactions, ContractGasProvider gas);
  }

  /** Asks a contract: {@code client.read(staking.stakeOf(modelId, host))}. */
  public <T> T read(RemoteFunctionCall<T> call) {
    try {
      return Traces.calling("eth_call", call::send);
    } catch (CodedException e) {
      throw e;
    } catch (IOException e) {
      throw new CodedException(ChainError.UNREACHABLE, "The chain's node did not answer.", e);
    } catch (Exception e) {
      throw new CodedException(ChainError.REFUSED, "The chain's answer cannot be read.", e);
    }
  }

  /**
   * Runs a call without sending it.
   *
   * @return what it returns, {@code 0x} and hexadecimal digits
   * @throws CodedException {@link ChainError#REVERTED} as the contract would
   */
  public String simulate(Address from, Address to, byte[] data) {
    return simulate(from, to, data, DefaultBlockParameterName.LATEST);
  }

  String simulate(Address from, Address to, byte[] data, DefaultBlockParameter block) {
    Transaction call =
        Transaction.createEthCallTransaction(from.toString(), to.toString(), Hex.of(data));
    return answer(web3j.ethCall(call, block)).getValue();
  }

  /** Runs a call as it would have run on top of a block. */
  public String simulate(Address from, Address to, byte[] data, long block) {
    return simulate(from, to, data, DefaultBlockParameter.valueOf(BigInteger.valueOf(block)));
  }

  /** The gas that a transaction needs, as the node estimates it. */
  public BigInteger estimateGas(Address from, @Nullable Address to, byte[] data) {
    String recipient = to == null ? null : to.toString();
    Transaction call =
        new Transaction(
            from.toString(), null, null, null, recipient, BigInteger.ZERO, Hex.of(data));
    return answer(web3j.ethEstimateGas(call)).getAmountUsed();
  }

  /** The newest block. */
  public Block head() {
    return block(DefaultBlockParameterName.LATEST).orElseThrow(() -> noBlock("latest"));
  }

  /** A block by its number, if the chain has it. */
  public Optional<Block> block(long number) {
    return block(DefaultBlockParameter.valueOf(BigInteger.valueOf(number)));
  }

  /** How many transactions of an account are in the chain up to a block: its next nonce there. */
  public long transactionCount(Address account, long block) {
    return answer(
            web3j.ethGetTransactionCount(
                account.toString(), DefaultBlockParameter.valueOf(BigInteger.valueOf(block))))
        .getTransactionCount()
        .longValueExact();
  }

  /** Wei that an account has. */
  public BigInteger balance(Address account) {
    return answer(web3j.ethGetBalance(account.toString(), DefaultBlockParameterName.LATEST))
        .getBalance();
  }

  /** Whether there is code at an address. */
  public boolean hasCode(Address address) {
    return code(address).length != 0;
  }

  /** The code at an address; empty if there is none. */
  public byte[] code(Address address) {
    return Hex.parse(
        answer(web3j.ethGetCode(address.toString(), DefaultBlockParameterName.LATEST)).getCode());
  }

  /** The receipt of a transaction that is in the chain. */
  public Optional<TransactionReceipt> receipt(Bytes32 transactionHash) {
    return answer(web3j.ethGetTransactionReceipt(transactionHash.toString()))
        .getTransactionReceipt();
  }

  /**
   * The transaction of an account with a nonce, if it is in this block. Nodes keep the blocks
   * themselves for longer than states and receipts.
   *
   * @throws CodedException {@link ChainError#REFUSED} if the node does not have the block
   */
  public Optional<Bytes32> transactionIn(long block, Address account, long nonce) {
    EthBlock.Block found =
        answer(
                web3j.ethGetBlockByNumber(
                    DefaultBlockParameter.valueOf(BigInteger.valueOf(block)), true))
            .getBlock();
    if (found == null) {
      throw noBlock(Long.toString(block));
    }
    return found.getTransactions().stream()
        .map(result -> ((EthBlock.TransactionObject) result).get())
        .filter(
            transaction ->
                transaction.getNonce().equals(BigInteger.valueOf(nonce))
                    && Address.parse(transaction.getFrom()).equals(account))
        .map(transaction -> Bytes32.parse(transaction.getHash()))
        .findFirst();
  }

  /** Hands a signed transaction to the node, which answers its hash. */
  public Bytes32 broadcast(byte[] signed) {
    return Bytes32.parse(answer(web3j.ethSendRawTransaction(Hex.of(signed))).getTransactionHash());
  }

  /** Wei that the node suggests as a priority fee. */
  public BigInteger suggestedPriorityFee() {
    return answer(web3j.ethMaxPriorityFeePerGas()).getMaxPriorityFeePerGas();
  }

  /** For requests that are not here. */
  public <T extends Response<?>> T send(Function<Web3j, Request<?, T>> request) {
    return answer(request.apply(web3j));
  }

  @Override
  public void close() {
    shutDown.run();
  }

  private Optional<Block> block(DefaultBlockParameter which) {
    EthBlock.Block block = answer(web3j.ethGetBlockByNumber(which, false)).getBlock();
    return Optional.ofNullable(block)
        .map(
            found ->
                new Block(
                    found.getNumber().longValueExact(),
                    Bytes32.parse(found.getHash()),
                    Bytes32.parse(found.getParentHash()),
                    found.getTimestamp().longValueExact(),
                    found.getBaseFeePerGas() == null ? BigInteger.ZERO : found.getBaseFeePerGas()));
  }

  private static CodedException noBlock(String which) {
    return new CodedException(ChainError.REFUSED, "The node has no block " + which + ".");
  }

  private static <T extends Response<?>> T answer(Request<?, T> request) {
    T response;
    try {
      response = Traces.calling(request.getMethod(), request::send);
    } catch (IOException | RuntimeException e) {
      throw new CodedException(
          ChainError.UNREACHABLE,
          "The chain's node did not answer %s.".formatted(request.getMethod()),
          e);
    }
    if (response.hasError()) {
      throw refusal(request.getMethod(), response.getError());
    }
    return response;
  }

  private static CodedException refusal(String method, Response.Error error) {
    String data = error.getData() == null ? "" : error.getData().replace("\"", "");
    if (error.getCode() == EXECUTION_REVERTED || (data.startsWith("0x") && data.length() >= 10)) {
      Revert revert = RevertReader.read(data);
      return new CodedException(
          ChainError.REVERTED,
          "The contract refuses: " + revert + ".",
          new RevertedException(revert));
    }
    String said = String.valueOf(error.getMessage());
    ChainError code =
        said.toLowerCase(Locale.ROOT).contains("insufficient funds")
            ? ChainError.FUNDS_MISSING
            : ChainError.REFUSED;
    return new CodedException(code, "%s: %s.".formatted(method, said));
  }

  private static void shutDown(OkHttpClient http) {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
