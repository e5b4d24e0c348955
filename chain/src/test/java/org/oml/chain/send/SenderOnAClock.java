package org.oml.chain.send;

import java.math.BigInteger;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainSettings;
import org.oml.protocol.SigningKey;

/** Senders whose time passes when a test says so, and which give up after six refusals. */
public final class SenderOnAClock {

  static final SenderLimits LIMITS = new SenderLimits(6, BigInteger.TEN.pow(16));

  private SenderOnAClock() {}

  public static TransactionSender of(
      DataSource database,
      ChainClient client,
      SigningKey key,
      ChainSettings settings,
      InstantSource clock) {
    return new TransactionSender(
        database,
        client,
        new TransactionSigner(key, client.chainId()),
        settings,
        LIMITS,
        null,
        clock);
  }
}
