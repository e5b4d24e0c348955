package org.oml.chain.send;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainSettings;
import org.oml.contracts.binding.PaymentToken;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SigningKey;
import org.postgresql.ds.PGSimpleDataSource;

/** A process with a sender, to be killed: it pays the same payments whenever it is started. */
final class SenderProcess {

  private SenderProcess() {}

  /**
   * @param arguments database, node, secret of an account that exists for one test, token,
   *     recipient, number of payments
   */
  public static void main(String[] arguments) throws IOException {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setURL(arguments[0]);
    URI node = URI.create(arguments[1]);
    Duration patience = Duration.ofSeconds(20);
    Address token = Address.parse(arguments[3]);
    try (ChainClient client = ChainClient.connect(node, patience)) {
      ChainSettings settings =
          new ChainSettings(
              node, Path.of("none"), Duration.ofMillis(20), 2, patience, Duration.ofSeconds(5));
      TransactionSender sender =
          new TransactionSender(
              database, client, SigningKey.of(Bytes32.parse(arguments[2])), settings);
      sender.start();
      PaymentToken binding = client.bind(PaymentToken::load, token);
      for (int i = 0; i < Integer.parseInt(arguments[5]); i++) {
        sender.submit(
            Intent.of(
                "payment/" + i, token, binding.transfer(arguments[4], BigInteger.TEN), "pay"));
        System.out.println("submitted");
        System.out.flush();
      }
      System.in.read(); // until it is killed
    }
  }
}
