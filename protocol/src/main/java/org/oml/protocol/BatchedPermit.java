package org.oml.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One permit of a batch, with the way from its leaf to the root that is signed.
 *
 * @param permit what is permitted
 * @param index its place in the batch, from 0
 * @param batch what is signed
 * @param path the siblings from the leaf upwards, as {@link PermitTree} has them
 * @param signature of a permit signer, over the batch
 */
public record BatchedPermit(
    Permit permit, int index, PermitBatch batch, List<Bytes32> path, Signature signature)
    implements IssuedPermit {

  static final String PREFIX = "omlb1";
  private static final int PLACE = 24;

  /**
   * @throws CodedException {@link ProtocolError#PERMIT_MALFORMED} unless the path leads from the
   *     permit to the batch's root
   */
  public BatchedPermit {
    path = List.copyOf(path);
    if (!PermitTree.root(permit.structHash(), index, batch.count(), path).equals(batch.root())) {
      throw new CodedException(
          ProtocolError.PERMIT_MALFORMED, "The path does not lead from the permit to the root.");
    }
  }

  /**
   * Signs permits together.
   *
   * @param permits at least one; all issued at the time given
   * @param firstSerial the serial of the first of them
   */
  public static List<BatchedPermit> sign(
      List<Permit> permits, long issuedAt, long firstSerial, SigningDomain domain, SigningKey key) {
    PermitTree tree = new PermitTree(permits.stream().map(Permit::structHash).toList());
    PermitBatch batch = new PermitBatch(tree.root(), permits.size(), issuedAt, firstSerial);
    Signature signature = key.sign(batch.digest(domain));
    List<BatchedPermit> signed = new ArrayList<>(permits.size());
    for (int i = 0; i < permits.size(); i++) {
      signed.add(new BatchedPermit(permits.get(i), i, batch, tree.path(i), signature));
    }
    return List.copyOf(signed);
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
    path.forEach(node -> place.put(node.toBytes()));
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
    Bytes32 root = PermitTree.root(permit.structHash(), index, count, path);
    PermitBatch batch = new PermitBatch(root, count, issuedAt, firstSerial);
    return new BatchedPermit(permit, index, batch, path, form.signature());
  }
}
