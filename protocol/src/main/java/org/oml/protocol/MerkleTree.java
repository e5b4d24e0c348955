package org.oml.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * A Merkle tree whose nodes are {@code keccak(min ‖ max)} of their children, so that OpenZeppelin's
 * {@code MerkleProof} checks its proofs; a last node without a sibling goes up unchanged. Leaves
 * must be hashes of something that is no node (they are hashed twice).
 */
public final class MerkleTree {

  private final List<List<Bytes32>> levels = new ArrayList<>();

  /**
   * @param leaves at least one, in the order of their index
   */
  public MerkleTree(List<Bytes32> leaves) {
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("a tree needs a leaf");
    }
    levels.add(List.copyOf(leaves));
    while (levels.getLast().size() > 1) {
      levels.add(parents(levels.getLast()));
    }
  }

  public Bytes32 root() {
    return levels.getLast().getFirst();
  }

  /** The siblings from a leaf up to the root. */
  public List<Bytes32> proof(int index) {
    List<Bytes32> proof = new ArrayList<>();
    int position = index;
    for (List<Bytes32> level : levels.subList(0, levels.size() - 1)) {
      int sibling = position ^ 1;
      if (sibling < level.size()) {
        proof.add(level.get(sibling));
      }
      position /= 2;
    }
    return proof;
  }

  /** Whether a proof leads from a leaf to a root. */
  public static boolean verify(Bytes32 root, Bytes32 leaf, List<Bytes32> proof) {
    Bytes32 node = leaf;
    for (Bytes32 sibling : proof) {
      node = parent(node, sibling);
    }
    return node.equals(root);
  }

  private static List<Bytes32> parents(List<Bytes32> level) {
    List<Bytes32> parents = new ArrayList<>();
    for (int i = 0; i < level.size(); i += 2) {
      parents.add(i + 1 < level.size() ? parent(level.get(i), level.get(i + 1)) : level.get(i));
    }
    return List.copyOf(parents);
  }

  private static Bytes32 parent(Bytes32 a, Bytes32 b) {
    return a.compareTo(b) <= 0
        ? Keccak.of(a.toBytes(), b.toBytes())
        : Keccak.of(b.toBytes(), a.toBytes());
  }
}
