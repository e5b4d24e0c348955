package org.oml.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * The tree under the signature of a batch, and of all permits of an epoch. A leaf is {@code
 * keccak(0x00 ‖ permitHash)}, a node {@code keccak(0x01 ‖ left ‖ right)}, so that neither passes
 * for the other; a level's last node without a sibling goes up unchanged. A path holds one hash for
 * each level that has a sibling.
 */
public final class PermitTree {

  private static final byte[] LEAF = {0};
  private static final byte[] NODE = {1};

  private final List<List<Bytes32>> levels;

  /**
   * @param permitHashes at least one, in the order of their index
   */
  public PermitTree(List<Bytes32> permitHashes) {
    this.levels = over(permitHashes.stream().map(PermitTree::leaf).toList());
  }

  private PermitTree(Level lowest) {
    this.levels = over(lowest.nodes());
  }

  private record Level(List<Bytes32> nodes) {}

  /**
   * The part of a tree above one of its levels. If each node but the last is over {@code 2^n}
   * permits, and the last over the rest, each the root of a tree over its permits, then the root is
   * that of the tree over all of them, and a path here goes on where the path below such a node
   * ends.
   *
   * @param nodes at least one, in the order of their index
   */
  public static PermitTree above(List<Bytes32> nodes) {
    return new PermitTree(new Level(List.copyOf(nodes)));
  }

  private static List<List<Bytes32>> over(List<Bytes32> lowest) {
    if (lowest.isEmpty()) {
      throw new IllegalArgumentException("a batch needs a permit");
    }
    List<List<Bytes32>> levels = new ArrayList<>();
    levels.add(lowest);
    while (levels.getLast().size() > 1) {
      List<Bytes32> level = levels.getLast();
      List<Bytes32> parents = new ArrayList<>((level.size() + 1) / 2);
      for (int i = 0; i < level.size(); i += 2) {
        parents.add(i + 1 < level.size() ? node(level.get(i), level.get(i + 1)) : level.get(i));
      }
      levels.add(List.copyOf(parents));
    }
    return List.copyOf(levels);
  }

  public Bytes32 root() {
    return levels.getLast().getFirst();
  }

  /** The siblings of a permit from its leaf upwards. */
  public List<Bytes32> path(int index) {
    List<Bytes32> path = new ArrayList<>();
    int position = index;
    for (List<Bytes32> level : levels.subList(0, levels.size() - 1)) {
      int sibling = position ^ 1;
      if (sibling < level.size()) {
        path.add(level.get(sibling));
      }
      position /= 2;
    }
    return List.copyOf(path);
  }

  /**
   * The root to which a path leads.
   *
   * @param index the permit's place, in [0, count)
   * @param count how many permits the batch holds
   * @throws CodedException {@link ProtocolError#PERMIT_MALFORMED} if the index or the length of the
   *     path does not fit the count
   */
  public static Bytes32 root(Bytes32 permitHash, int index, int count, List<Bytes32> path) {
    if (index < 0 || index >= count) {
      throw malformed();
    }
    Bytes32 node = leaf(permitHash);
    int used = 0;
    int position = index;
    for (int size = count; size > 1; size = size / 2 + size % 2) {
      if ((position ^ 1) < size) {
        if (used == path.size()) {
          throw malformed();
        }
        Bytes32 sibling = path.get(used++);
        node = position % 2 == 0 ? node(node, sibling) : node(sibling, node);
      }
      position /= 2;
    }
    if (used != path.size()) {
      throw malformed();
    }
    return node;
  }

  private static CodedException malformed() {
    return new CodedException(
        ProtocolError.PERMIT_MALFORMED, "Index and path do not fit the number of permits.");
  }

  private static Bytes32 leaf(Bytes32 permitHash) {
    return new Keccak().add(LEAF).add(permitHash).hash();
  }

  private static Bytes32 node(Bytes32 left, Bytes32 right) {
    return new Keccak().add(NODE).add(left).add(right).hash();
  }
}
