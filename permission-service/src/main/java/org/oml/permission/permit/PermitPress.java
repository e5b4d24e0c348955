package org.oml.permission.permit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntToLongFunction;
import org.oml.permission.host.Standing;
import org.oml.permission.ledger.Draft;
import org.oml.permission.signer.JointPress;
import org.oml.permission.signer.PermitSigner;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Permit;
import org.oml.protocol.PermitBatch;
import org.oml.protocol.Signature;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SigningDomain;

/** Draws permits up and signs them, one by one or together. */
final class PermitPress {

  private final SigningDomain domain;
  private final long life;
  private final IntToLongFunction serials;

  /**
   * @param life of a permit, in seconds
   * @param serials gives the first of so many in a row that no other permit has
   */
  PermitPress(SigningDomain domain, long life, IntToLongFunction serials) {
    this.domain = domain;
    this.life = life;
    this.serials = serials;
  }

  /**
   * One permit, to be signed with others that are recorded at the same time.
   *
   * @param issuedAt seconds since 1970
   */
  Draft draw(Standing standing, Bytes32 queryHash, long issuedAt, PermitSigner signer) {
    return new Draft.Alone(
        permit(standing, queryHash, 0, issuedAt), new JointPress(domain, signer));
  }

  /**
   * @param issuedAt seconds since 1970
   */
  Draft draw(
      Standing standing, List<Bytes32> queryHashes, long issuedAt, PermitSigner signer, Form form) {
    long firstSerial = serials.applyAsLong(queryHashes.size());
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

  private record Separate(List<SignedPermit> permits) implements Draft.Signed {

    @Override
    public int size() {
      return permits.size();
    }

    @Override
    public Permit permit(int place) {
      return permits.get(place).permit();
    }

    @Override
    public List<SignedPermit> only(List<Integer> places) {
      return places.size() == permits.size() ? permits : places.stream().map(permits::get).toList();
    }
  }

  /** A batch holds what is recorded and nothing else, and its serials lie in a row. */
  private static final class Joint implements Draft.Signed {

    private final List<BatchedPermit> permits;
    private final Function<PermitBatch, Signature> signer;

    Joint(List<Permit> permits, Function<PermitBatch, Signature> signer) {
      this.permits = signed(permits, signer);
      this.signer = signer;
    }

    @Override
    public int size() {
      return permits.size();
    }

    @Override
    public Permit permit(int place) {
      return permits.get(place).permit();
    }

    @Override
    public List<BatchedPermit> only(List<Integer> places) {
      if (places.size() == permits.size() || places.isEmpty()) {
        return places.isEmpty() ? List.of() : permits;
      }
      long firstSerial = permits.getFirst().permit().serial();
      List<Permit> fewer = new ArrayList<>(places.size());
      for (int i = 0; i < places.size(); i++) {
        fewer.add(permits.get(places.get(i)).permit().withSerial(firstSerial + i));
      }
      return signed(fewer, signer);
    }

    private static List<BatchedPermit> signed(
        List<Permit> permits, Function<PermitBatch, Signature> signer) {
      Permit first = permits.getFirst();
      return BatchedPermit.sign(permits, first.issuedAt(), first.serial(), signer);
    }
  }
}
