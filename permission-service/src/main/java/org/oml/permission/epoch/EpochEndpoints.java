package org.oml.permission.epoch;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.permission.PermissionError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Permit;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The calls of {@code docs/api.md} that show epochs. */
@RestController
public final class EpochEndpoints {

  private final EpochBook book;

  EpochEndpoints(EpochBook book) {
    this.book = book;
  }

  record EpochAnswer(
      Bytes32 modelId,
      String epoch,
      long from,
      long until,
      Bytes32 permitRoot,
      Bytes32 chargeHead,
      String count,
      BigInteger total,
      int charges,
      long closedAt,
      EpochState state,
      int settled,
      @Nullable Long postedAt,
      @Nullable Bytes32 transaction) {

    static EpochAnswer of(Epoch epoch) {
      Epoch.Content content = epoch.content();
      Epoch.Progress progress = epoch.progress();
      return new EpochAnswer(
          epoch.key().modelId(),
          Long.toString(epoch.key().number()),
          content.from(),
          content.until(),
          content.permitRoot(),
          content.chargeHead(),
          Long.toString(content.count()),
          content.total(),
          epoch.charges(),
          epoch.closedAt(),
          progress.state(),
          progress.settled(),
          progress.postedAt(),
          progress.postTransaction());
    }
  }

  /** The newest epoch of each model. */
  record EpochsAnswer(List<EpochAnswer> newest) {}

  /** The newest epochs of all models, newest first. */
  record RecentEpochsAnswer(List<EpochAnswer> epochs) {}

  /** What the chain has of an epoch, in the newest block; members are null if it was not posted. */
  record ChainEpochAnswer(
      @Nullable Bytes32 permitRoot,
      @Nullable String count,
      @Nullable Long until,
      @Nullable Long postedAt) {

    static ChainEpochAnswer of(PostedEpochs.Posted posted) {
      return new ChainEpochAnswer(
          posted.permitRoot(), Long.toString(posted.count()), posted.until(), posted.postedAt());
    }
  }

  record ProofAnswer(
      EpochAnswer epoch, String serial, Bytes32 permitHash, long index, List<Bytes32> path) {}

  /** What of a permit its hash is made of, beside the model. */
  record EpochPermit(
      Bytes32 instanceId,
      Address host,
      long termsVersion,
      Bytes32 queryHash,
      String serial,
      long issuedAt,
      long expiresAt,
      BigInteger price) {

    static EpochPermit of(Permit permit) {
      return new EpochPermit(
          permit.instanceId(),
          permit.host(),
          Integer.toUnsignedLong(permit.termsVersion()),
          permit.queryHash(),
          Long.toString(permit.serial()),
          permit.issuedAt(),
          permit.expiresAt(),
          permit.price());
    }
  }

  record EpochPermitsAnswer(List<EpochPermit> permits) {}

  /** The carried part of the amount was refused of charges of earlier epochs. */
  record EpochCharge(Address host, String permits, BigInteger amount, BigInteger carried) {

    static EpochCharge of(EpochStore.StoredCharge stored) {
      return new EpochCharge(
          stored.charge().host(),
          Long.toString(stored.charge().count()),
          stored.charge().amount(),
          stored.carried());
    }
  }

  record EpochChargesAnswer(List<EpochCharge> charges) {}

  @GetMapping("/v1/epochs")
  EpochsAnswer epochs(Caller caller) {
    return new EpochsAnswer(book.newest().stream().map(EpochAnswer::of).toList());
  }

  @GetMapping("/v1/epochs/recent")
  RecentEpochsAnswer recent(Caller caller) {
    return new RecentEpochsAnswer(book.recent().stream().map(EpochAnswer::of).toList());
  }

  @GetMapping("/v1/epochs/{number}/chain")
  ChainEpochAnswer onChain(
      @PathVariable String number,
      @RequestParam(required = false) @Nullable String modelId,
      Caller caller) {
    return book.onChain(find(number, modelId))
        .map(ChainEpochAnswer::of)
        .orElseGet(() -> new ChainEpochAnswer(null, null, null, null));
  }

  @GetMapping("/v1/epochs/{number}")
  EpochAnswer epoch(
      @PathVariable String number,
      @RequestParam(required = false) @Nullable String modelId,
      Caller caller) {
    return EpochAnswer.of(find(number, modelId));
  }

  @GetMapping("/v1/epochs/{number}/proof/{serial}")
  ProofAnswer proof(
      @PathVariable String number,
      @PathVariable String serial,
      @RequestParam(required = false) @Nullable String modelId,
      Caller caller) {
    EpochBook.Proof proof = book.prove(caller.address(), find(number, modelId), numberIn(serial));
    return new ProofAnswer(
        EpochAnswer.of(proof.epoch()), serial, proof.permitHash(), proof.index(), proof.path());
  }

  @GetMapping("/v1/epochs/{number}/permits")
  EpochPermitsAnswer permits(
      @PathVariable String number,
      @RequestParam(required = false) @Nullable String modelId,
      @RequestParam(required = false) @Nullable String after,
      Caller caller) {
    long last = after == null ? -1 : numberIn(after);
    return new EpochPermitsAnswer(
        book.permits(caller.address(), find(number, modelId), last).stream()
            .map(EpochPermit::of)
            .toList());
  }

  @GetMapping("/v1/epochs/{number}/charges")
  EpochChargesAnswer charges(
      @PathVariable String number,
      @RequestParam(required = false) @Nullable String modelId,
      @RequestParam(required = false) @Nullable String from,
      Caller caller) {
    long first = from == null ? 0 : numberIn(from);
    return new EpochChargesAnswer(
        book.charges(caller.address(), find(number, modelId), first).stream()
            .map(EpochCharge::of)
            .toList());
  }

  private Epoch find(String number, @Nullable String modelId) {
    return book.epoch(numberIn(number), Optional.ofNullable(modelId).map(Bytes32::parse));
  }

  private static long numberIn(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw new CodedException(
          PermissionError.EPOCH_UNKNOWN, "Epochs, serials and places are whole numbers.");
    }
    return Long.parseLong(text);
  }
}
