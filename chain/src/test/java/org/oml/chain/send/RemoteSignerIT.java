package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.chain.ChainError;
import org.oml.chain.fixture.TestChain;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;
import org.web3j.protocol.http.HttpService;

/** The key in another process: anvil holds the one of its own account. */
class RemoteSignerIT extends SignerContract {

  @TempDir Path directory;
  private TestChain chain;
  private Address account;

  @BeforeEach
  void start() {
    chain = TestChain.start(directory);
    account = Address.parse(chain.call("eth_accounts").path(0).asString());
  }

  @AfterEach
  void stop() {
    chain.close();
  }

  @Override
  Signer signer() {
    return signer(account, CHAIN);
  }

  @Test
  void anAccountWhoseKeyIsNotThereIsRefused() {
    assertFailed(() -> sign(signer(SigningKey.random().address(), CHAIN)));
  }

  @Test
  void whatWasSignedForAnotherChainIsRefused() {
    assertFailed(() -> sign(signer(account, BigInteger.TWO)));
  }

  @Test
  void aSignerThatIsAwayIsNamed() {
    Signer signer = signer();
    chain.kill();

    assertFailed(() -> sign(signer));
  }

  private Signer signer(Address address, BigInteger chainId) {
    return new RemoteSigner(new HttpService(chain.rpcUrl().toString()), address, chainId);
  }

  private static void sign(Signer signer) {
    signer.sign(transaction(1, SigningKey.random().address(), new byte[] {1}));
  }

  private static void assertFailed(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CodedException.class,
            failure -> assertThat(failure.code()).isEqualTo(ChainError.SIGNER_FAILED));
  }
}
