package org.oml.permission.epoch;

import java.math.BigInteger;
import java.util.Optional;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.send.Intent;
import org.oml.chain.send.Submission;
import org.oml.chain.send.TransactionSender;
import org.oml.contracts.binding.PermitLedger;
import org.oml.permission.PermissionError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.ChargeList;
import org.oml.protocol.CodedException;
import org.oml.protocol.Signature;
import org.oml.protocol.UsageAck;

/**
 * The PermitLedger, as far as epochs are settled there. Transactions are intents of the durable
 * sender, named after the epoch and the step, so that each is done once.
 */
final class EpochChain {

  private final ChainClient client;
  private final TransactionSender sender;
  private final Address address;
  private final PermitLedger ledger;

  EpochChain(ChainClient client, TransactionSender sender, ContractAddresses addresses) {
    this.client = client;
    this.sender = sender;
    this.address = addresses.of(Contract.PERMIT_LEDGER);
    this.ledger = client.bind(PermitLedger::load, address);
  }

  /**
   * When an epoch was posted, as the newest block has it.
   *
   * @throws CodedException {@link PermissionError#EPOCH_DIFFERS} if it was posted otherwise than it
   *     stands in the ledger
   */
  Optional<Long> postedAt(Epoch epoch) {
    PermitLedger.Epoch posted =
        client.read(ledger.epochOf(model(epoch), BigInteger.valueOf(epoch.key().number())));
    if (posted.postedAt.signum() == 0) {
      return Optional.empty();
    }
    Epoch.Content content = epoch.content();
    boolean agrees =
        Bytes32.of(posted.permitRoot).equals(content.permitRoot())
            && posted.count.equals(BigInteger.valueOf(content.count()))
            && posted.until.equals(BigInteger.valueOf(content.until()));
    if (!agrees) {
      throw new CodedException(
          PermissionError.EPOCH_DIFFERS,
          "Epoch %s was posted with another root, count or end.".formatted(epoch.key()));
    }
    return Optional.of(posted.postedAt.longValueExact());
  }

  /** Posts an epoch; what became of it, if it was asked for before. */
  Submission post(Epoch epoch) {
    Epoch.Content content = epoch.content();
    PermitLedger.EpochHeader header =
        new PermitLedger.EpochHeader(
            content.permitRoot().toBytes(),
            content.chargeHead().toBytes(),
            BigInteger.valueOf(content.count()),
            BigInteger.valueOf(content.until()),
            content.total());
    return sender.submit(
        Intent.of(
            postKey(epoch),
            address,
            ledger.postEpoch(model(epoch), BigInteger.valueOf(epoch.key().number()), header),
            "post epoch " + epoch.key()));
  }

  /** Whether this service has asked for the epoch's posting. */
  boolean isPosting(Epoch epoch) {
    return sender.find(postKey(epoch)).isPresent();
  }

  private static String postKey(Epoch epoch) {
    return "epoch/%s/post/%d".formatted(epoch.key(), epoch.progress().attempt());
  }

  /** Settles the charges from one index up to another. */
  Submission settle(Epoch epoch, ChargeList charges, int from, int to) {
    String key =
        "epoch/%s/settle/%d-%d/%d".formatted(epoch.key(), from, to, epoch.progress().attempt());
    return sender.submit(
        Intent.of(
            key,
            address,
            ledger.settle(
                model(epoch),
                BigInteger.valueOf(epoch.key().number()),
                charges.batch(from, to),
                charges.head(to).toBytes()),
            "settle charges %d to %d of epoch %s".formatted(from, to, epoch.key())));
  }

  /**
   * How many of an epoch's charges are settled in the newest block, whoever did it.
   *
   * @throws CodedException {@link PermissionError#EPOCH_DIFFERS} if the chain has other charges
   */
  int settled(Epoch epoch, ChargeList charges) {
    PermitLedger.Progress progress = client.read(ledger.progressOf(model(epoch)));
    int all = charges.charges().size();
    long number = epoch.key().number();
    long newest = progress.epoch.longValueExact();
    if (newest < number) {
      throw new CodedException(
          PermissionError.EPOCH_DIFFERS,
          "Epoch %s was posted and is not on chain any more.".formatted(epoch.key()));
    }
    if (newest > number || progress.closed) {
      return all;
    }
    Bytes32 head = Bytes32.of(progress.chargeHead);
    for (int index = 0; index < all; index++) {
      if (charges.head(index).equals(head)) {
        return index;
      }
    }
    throw new CodedException(
        PermissionError.EPOCH_DIFFERS,
        "Epoch %s has other charges on chain.".formatted(epoch.key()));
  }

  /**
   * Carries an acknowledgement.
   *
   * @param instanceId whose gateway signed it, or zero where the host did
   */
  Submission acknowledge(UsageAck ack, Bytes32 instanceId, Signature signature) {
    String key =
        "ack/%s/%s/%d/%s/%d"
            .formatted(
                ack.modelId(), ack.host(), ack.cumulativeCount(), ack.cumulativeCharge(), ack.at());
    return sender.submit(
        Intent.of(
            key,
            address,
            ledger.acknowledge(
                new PermitLedger.UsageAck(
                    ack.modelId().toBytes(),
                    ack.host().toString(),
                    BigInteger.valueOf(ack.cumulativeCount()),
                    ack.cumulativeCharge(),
                    BigInteger.valueOf(ack.at())),
                instanceId.toBytes(),
                signature.toBytes()),
            "acknowledge the usage of " + ack.host()));
  }

  private static byte[] model(Epoch epoch) {
    return epoch.key().modelId().toBytes();
  }
}
