package org.oml.permission.epoch;

import java.util.ArrayList;
import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Permit;
import org.oml.protocol.PermitTree;

/**
 * The tree over an epoch's permits, cut at one level: what is kept of it is a node for each so many
 * permits. The rest follows from the permits below one node and from the nodes, so neither closing
 * an epoch nor proving a permit holds all permits in memory.
 */
final class EpochTree {

  /** A power of two. */
  static final int PERMITS_OF_A_NODE = 1024;

  private final List<Node> nodes;

  /**
   * What is kept of so many permits in a row.
   *
   * @param firstSerial of the first of them
   * @param lastSerial of the last
   * @param hash of the node over them
   */
  record Node(long firstSerial, long lastSerial, Bytes32 hash) {}

  /**
   * @param nodes at least one, in their order
   */
  EpochTree(List<Node> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  List<Node> nodes() {
    return nodes;
  }

  Bytes32 root() {
    return above().root();
  }

  private PermitTree above() {
    return PermitTree.above(nodes.stream().map(Node::hash).toList());
  }

  /**
   * The place of the node over the permit with a serial; -1 if it lies below none.
   *
   * @param serial of an epoch's permit
   */
  int placeOf(long serial) {
    for (int place = 0; place < nodes.size(); place++) {
      if (serial <= nodes.get(place).lastSerial()) {
        return serial >= nodes.get(place).firstSerial() ? place : -1;
      }
    }
    return -1;
  }

  /**
   * The path from a permit to the root.
   *
   * @param place of the node over it
   * @param below the hashes of all permits of the node
   * @param index of the permit among them
   */
  List<Bytes32> path(int place, List<Bytes32> below, int index) {
    List<Bytes32> path = new ArrayList<>(new PermitTree(below).path(index));
    path.addAll(above().path(place));
    return List.copyOf(path);
  }

  /** Takes permits in the order of their serials. */
  static final class Builder {

    private final int permitsOfANode;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Bytes32> below = new ArrayList<>();
    private long firstSerial;
    private long lastSerial;
    private long count;

    Builder() {
      this(PERMITS_OF_A_NODE);
    }

    /**
     * @param permitsOfANode a power of two
     */
    Builder(int permitsOfANode) {
      this.permitsOfANode = permitsOfANode;
    }

    void add(Permit permit) {
      add(permit.serial(), permit.structHash());
    }

    void add(long serial, Bytes32 permitHash) {
      if (below.isEmpty()) {
        firstSerial = serial;
      }
      lastSerial = serial;
      below.add(permitHash);
      count++;
      if (below.size() == permitsOfANode) {
        close();
      }
    }

    private void close() {
      nodes.add(new Node(firstSerial, lastSerial, new PermitTree(below).root()));
      below.clear();
    }

    long count() {
      return count;
    }

    /** The tree over what was taken; at least one permit. */
    EpochTree build() {
      if (!below.isEmpty()) {
        close();
      }
      return new EpochTree(nodes);
    }
  }
}
