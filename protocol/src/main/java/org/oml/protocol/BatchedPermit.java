package org.oml.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** One permit of a batch, with the way from its leaf to the root that is signed. */
public final class BatchedPermit implements IssuedPermit {

  static final String PREFIX = "omlb1";
  private static final int PLACE = 24;

  private final Permit permit;
  private final Bytes32 permitHash;
  private final int index;
  private final PermitBatch batch;
  private final List<Bytes32> path;
  private final Signature signature;

  private BatchedPermit(
      Permit permit,
      Bytes32 permitHash,
      int index,
      PermitBatch batch,
      List<Bytes32> path,
      Signature signature) {
    this.permit = permit;
    this.permitHash = permitHash;
    this.index = index;
    this.batch = batch;
    this.path = path;
    this.signature = signature;
  }

  /**
   * Signs permits together.
   *
   * @param permits at least one; all issued at the time given
   * @param firstSerial the serial of the first of them
   */
  public static List<BatchedPermit> sign(
      List<Permit> permits, long issuedAt, long firstSerial, SigningDomain domain, SigningKey key) {
    return sign(permits, issuedAt, firstSerial, batch -> key.sign(batch.digest(domain)));
  }

  /**
   * Signs permits together, by whatever holds the key.
   *
   * @param permits at least one; all issued at the time given
   * @param firstSerial the serial of the first of them
   * @param signer signs the batch
   */
  public static List<BatchedPermit> sign(
      List<Permit> permits,
      long issuedAt,
      long firstSerial,
      Function<PermitBatch, Signature> signer) {
    List<Bytes32> hashes = permits.stream().map(Permit::structHash).toList();
    PermitTree tree = new PermitTree(hashes);
    PermitBatch batch = new PermitBatch(tree.root(), permits.size(), issuedAt, firstSerial);
    return joined(permits, hashes, tree, batch, signer.apply(batch));
  }

  /**
   * Puts a batch together again that was signed before.
   *
   * @param permits all of the batch, in their order
   */
  public static List<BatchedPermit> restore(
      List<Permit> permits, long issuedAt, long firstSerial, Signature signature) {
    return sign(permits, issuedAt, firstSerial, batch -> signature);
  }

  private static List<BatchedPermit> joined(
      List<Permit> permits,
      List<Bytes32> hashes,
      PermitTree tree,
      PermitBatch batch,
      Signature signature) {
    List<BatchedPermit> joined = new ArrayList<>(permits.size());
    for (int i = 0; i < permits.size(); i++) {
      joined.add(
          new BatchedPermit(permits.get(i), hashes.get(i), i, batch, tree.path(i), signature));
    }
    return Collections.unmodifiableList(joined);
  }

  @Override
  public Permit permit() {
    return permit;
  }

  @Override
  public Bytes32 permitHash() {
    return permitHash;
  }

  /** Its place in the batch, from 0. */
  public int index() {
    return index;
  }

  /** What is signed. */
  public PermitBatch batch() {
    return batch;
  }

  /** The siblings from the leaf upwards, as {@link PermitTree} has them. */
  public List<Bytes32> path() {
    return path;
  }

  /** Of a permit signer, over the batch. */
  public Signature signature() {
    return signature;
  }

  @Override
  public Address signer(SigningDomain domain) {
    return batch.signer(domain, signature);
  }

  @Override
  public byte[] authority() {
    byte[] place = place();
    byte[] signed = signature.toBytes();
    return ByteBuffer.allocate(place.length + signed.length).put(place).put(signed).array();
  }

  /** {@code omlb1.<fields>.<place and path>.<signature>}. */
  @Override
  public String encode() {
    return PackedForm.encode(PREFIX, signature, PermitFields.pack(permit), place());
  }

  private byte[] place() {
    ByteBuffer place = ByteBuffer.allocate(PLACE + 32 * path.size());
    place.putInt(index).putInt(batch.count());
    place.putLong(batch.issuedAt()).putLong(batch.firstSerial());
    path.forEach(node -> place.put(node.unsafeBytes()));
    return place.array();
  }

  static BatchedPermit parse(String text) {
    PackedForm form = PackedForm.parse(text, PREFIX, 2, ProtocolError.PERMIT_MALFORMED);
    Permit permit = PermitFields.unpack(form.parts().getFirst());
    byte[] place = form.parts().getLast();
    if (place.length < PLACE || place.length % 32 != PLACE) {
      throw new CodedException(
          ProtocolError.PERMIT_MALFORMED, "The path is not a row of 32-byte hashes.");
    }
    ByteBuffer in = ByteBuffer.wrap(place);
    int index = in.getInt();
    int count = in.getInt();
    long issuedAt = in.getLong();
    long firstSerial = in.getLong();
    List<Bytes32> path = new ArrayList<>();
    for (int at = PLACE; at < place.length; at += 32) {
      path.add(Bytes32.of(Arrays.copyOfRange(place, at, at + 32)));
    }
    Bytes32 permitHash = permit.structHash();
    Bytes32 root = PermitTree.root(permitHash, index, count, path);
    PermitBatch batch = new PermitBatch(root, count, issuedAt, firstSerial);
    return new BatchedPermit(permit, permitHash, index, batch, List.copyOf(path), form.signature());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BatchedPermit that
        && index == that.index
        && permit.equals(that.permit)
        && batch.equals(that.batch)
        && path.equals(that.path)
        && signature.equals(that.signature);
  }

  @Override
  public int hashCode() {
    return permitHash.hashCode();
  }

  @Override
  public String toString() {
    return encode();
  }
}
