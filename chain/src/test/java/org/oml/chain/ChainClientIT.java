package org.oml.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.chain.fixture.FailingNode;
import org.oml.chain.fixture.FailingNode.Fate;
import org.oml.chain.fixture.TestChain;
import org.oml.contracts.binding.PaymentToken;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;

/** The client at a real node. */
class ChainClientIT {

  @TempDir Path directory;
  private TestChain chain;
  private Address contract;

  @BeforeEach
  void start() {
    chain = TestChain.start(directory);
    contract = SigningKey.random().address();
  }

  @AfterEach
  void stop() {
    chain.close();
  }

  @Test
  void aNodeThatIsAwayIsUnreachable() {
    assertCode(
        () -> ChainClient.connect(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(1)),
        ChainError.UNREACHABLE);
    chain.kill();
    assertCode(chain::head, ChainError.UNREACHABLE);
  }

  @Test
  void aNodeThatAnswersWithoutAnAnswerIsUnreachable() {
    try (FailingNode node = FailingNode.before(chain);
        ChainClient client = ChainClient.connect(node.rpcUrl(), Duration.ofSeconds(10))) {
      node.decide(method -> Fate.LOST);

      assertCode(client::head, ChainError.UNREACHABLE);
    }
  }

  @Test
  void addressesOfAnotherChainAreRefused() {
    Map<Contract, Address> all = new EnumMap<>(Contract.class);
    for (Contract each : Contract.values()) {
      all.put(each, contract);
    }
    ChainSettings settings = chain.settings(0);

    assertCode(
        () -> ChainClient.connect(settings, new ContractAddresses(BigInteger.TWO, 0, all)),
        ChainError.WRONG_NETWORK);
    ChainClient.connect(settings, new ContractAddresses(BigInteger.valueOf(31_337), 0, all))
        .close();
  }

  @Test
  void aRefusalWithoutAReasonIsARevert() {
    chain.call("anvil_setCode", contract.toString(), "0x60006000fd");

    assertThatThrownBy(() -> chain.client().simulate(Address.ZERO, contract, new byte[0]))
        .isInstanceOfSatisfying(
            CodedException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ChainError.REVERTED);
              assertThat(Revert.in(refusal).orElseThrow()).hasToString("Unknown()");
            });
    assertCode(
        () -> chain.client().estimateGas(Address.ZERO, contract, new byte[0]), ChainError.REVERTED);
  }

  @Test
  void whatTheNodeCannotRunIsRefusedAndIsNoRevert() {
    chain.call("anvil_setCode", contract.toString(), "0xfe");

    assertThatThrownBy(() -> chain.client().simulate(Address.ZERO, contract, new byte[0]))
        .isInstanceOfSatisfying(
            CodedException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ChainError.REFUSED);
              assertThat(Revert.in(refusal)).isEmpty();
            });
  }

  @Test
  void aBindingReadsAndDoesNotSend() {
    Address token = chain.deployToken(chain.account());
    PaymentToken binding = chain.client().bind(PaymentToken::load, token);

    assertThat(chain.client().read(binding.totalSupply())).isEqualTo(TestChain.SUPPLY);
    assertThatThrownBy(() -> binding.transfer(contract.toString(), BigInteger.ONE).send())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void readingWhereThereIsNoContractIsRefused() {
    PaymentToken nothing = chain.client().bind(PaymentToken::load, contract);

    assertCode(() -> chain.client().read(nothing.totalSupply()), ChainError.REFUSED);
  }

  @Test
  void aBlockThatTheChainDoesNotHaveIsNone() {
    chain.mine(2);

    assertThat(chain.client().block(2)).contains(chain.head());
    assertThat(chain.client().block(3)).isEmpty();
    assertThat(chain.client().block(1).orElseThrow().hash()).isEqualTo(chain.head().parentHash());
  }

  private static void assertCode(ThrowingCallable call, ChainError code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CodedException.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
