package org.oml.permission.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.PermitTree;

/** What is kept of a tree gives the root and the paths of the whole. */
class EpochTreeTest {

  private static final long SEED = 11;

  @Test
  void hasRootAndEveryPathOfTheWholeTreeWhateverItsSize() {
    for (int permitsOfANode : new int[] {1, 2, 4, 8}) {
      for (int count = 1; count <= 70; count++) {
        assertAgrees(permitsOfANode, count, List.of());
      }
    }
  }

  @Test
  void doesSoWithAsManyPermitsToANodeAsAreKept() {
    Random random = new Random(SEED);
    for (int count : new int[] {1, 1023, 1024, 1025, 2048, 2049, 5000, 10_241}) {
      List<Integer> indexes = new ArrayList<>(List.of(0, count / 2, count - 1));
      for (int i = 0; i < 20; i++) {
        indexes.add(random.nextInt(count));
      }
      assertAgrees(EpochTree.PERMITS_OF_A_NODE, count, indexes);
    }
  }

  /**
   * @param indexes that are looked at; none for all
   */
  private static void assertAgrees(int permitsOfANode, int count, List<Integer> indexes) {
    List<Bytes32> hashes = new ArrayList<>();
    EpochTree.Builder builder = new EpochTree.Builder(permitsOfANode);
    for (int i = 0; i < count; i++) {
      hashes.add(Keccak.of("permit " + i));
      builder.add(serial(i), hashes.get(i));
    }
    PermitTree whole = new PermitTree(hashes);
    EpochTree kept = builder.build();
    assertThat(builder.count()).isEqualTo(count);
    assertThat(kept.root()).isEqualTo(whole.root());
    assertThat(kept.nodes()).hasSize((count + permitsOfANode - 1) / permitsOfANode);
    List<Integer> looked =
        indexes.isEmpty() ? java.util.stream.IntStream.range(0, count).boxed().toList() : indexes;
    for (int index : looked) {
      int place = kept.placeOf(serial(index));
      int first = place * permitsOfANode;
      List<Bytes32> below = hashes.subList(first, Math.min(count, first + permitsOfANode));
      assertThat(kept.path(place, below, index - first)).isEqualTo(whole.path(index));
    }
  }

  /** With gaps, as the ledger has them. */
  private static long serial(int index) {
    return 100 + 3L * index;
  }

  @Test
  void knowsWhichSerialsItDoesNotHold() {
    EpochTree.Builder builder = new EpochTree.Builder(2);
    for (int i = 0; i < 4; i++) {
      builder.add(10L * i, Keccak.of("permit " + i));
    }
    EpochTree tree = builder.build();
    assertThat(tree.placeOf(10)).isZero();
    assertThat(tree.placeOf(15)).isEqualTo(-1);
    assertThat(tree.placeOf(20)).isEqualTo(1);
    assertThat(tree.placeOf(31)).isEqualTo(-1);
    assertThat(tree.placeOf(-1)).isEqualTo(-1);
  }
}
