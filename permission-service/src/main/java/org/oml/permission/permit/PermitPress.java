package org.oml.permission.permit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.oml.permission.host.Standing;
import org.oml.permission.ledger.Draft;
import org.oml.permission.signer.PermitSigner;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;
import org.oml.protocol.PermitBatch;
import org.oml.protocol.Signature;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SigningDomain;

/** Draws permits up and signs them, one by one or together. */
final class PermitPress {

  private final SigningDomain domain;
  private final long life;

  /**
   * @param life of a permit, in seconds
   */
  PermitPress(SigningDomain domain, long life) {
    this.domain = domain;
    this.life = life;
  }

  /**
   * @param firstSerial of as many in a row as there are queries
   * @param issuedAt seconds since 1970
   */
  Draft draw(
      Standing standing,
      List<Bytes32> queryHashes,
      long firstSerial,
      long issuedAt,
      PermitSigner signer,
      Form form) {
    List<Permit> permits = new ArrayList<>(queryHashes.size());
    for (int i = 0; i < queryHashes.size(); i++) {
      permits.add(permit(standing, queryHashes.get(i), firstSerial + i, issuedAt));
    }
    return switch (form) {
      case SINGLE -> new Separate(permits.stream().map(permit -> sign(permit, signer)).toList());
      case MERKLE -> new Joint(permits, batch -> signer.sign(batch.digest(domain)));
    };
  }

  private Permit permit(Standing standing, Bytes32 queryHash, long serial, long issuedAt) {
    return new Permit(
        standing.instance().modelId(),
        standing.instance().instanceId(),
        standing.instance().host(),
        standing.instance().termsVersion(),
        queryHash,
        serial,
        issuedAt,
        issuedAt + life,
        standing.terms().pricePerQuery());
  }

  private SignedPermit sign(Permit permit, PermitSigner signer) {
    return new SignedPermit(permit, signer.sign(permit.digest(domain)));
  }

  private record Separate(List<SignedPermit> permits) implements Draft {

    @Override
    public List<SignedPermit> only(List<Integer> places) {
      return places.size() == permits.size() ? permits : places.stream().map(permits::get).toList();
    }
  }

  /** A batch holds what is recorded and nothing else, and its serials lie in a row. */
  private static final class Joint implements Draft {

    private final List<BatchedPermit> permits;
    private final Function<PermitBatch, Signature> signer;

    Joint(List<Permit> permits, Function<PermitBatch, Signature> signer) {
      this.permits = signed(permits, signer);
      this.signer = signer;
    }

    @Override
    public List<? extends IssuedPermit> permits() {
      return permits;
    }

    @Override
    public List<BatchedPermit> only(List<Integer> places) {
      if (places.size() == permits.size() || places.isEmpty()) {
        return places.isEmpty() ? List.of() : permits;
      }
      long firstSerial = permits.getFirst().permit().serial();
      List<Permit> fewer = new ArrayList<>(places.size());
      for (int i = 0; i < places.size(); i++) {
        fewer.add(withSerial(permits.get(places.get(i)).permit(), firstSerial + i));
      }
      return signed(fewer, signer);
    }

    private static List<BatchedPermit> signed(
        List<Permit> permits, Function<PermitBatch, Signature> signer) {
      Permit first = permits.getFirst();
      return BatchedPermit.sign(permits, first.issuedAt(), first.serial(), signer);
    }

    private static Permit withSerial(Permit permit, long serial) {
      return new Permit(
          permit.modelId(),
          permit.instanceId(),
          permit.host(),
          permit.termsVersion(),
          permit.queryHash(),
          serial,
          permit.issuedAt(),
          permit.expiresAt(),
          permit.price());
    }
  }
}
