package org.oml.protocol;

import java.util.ArrayList;
import java.util.List;
import org.oml.protocol.CanonicalQuery.Kind;

/**
 * The contexts in which this platform's provers ask. A community that registers terms puts {@link
 * #root} into them; a case counts only if its query was asked in one of them. None of them can
 * force an answer: there is no system prompt, no bias, no grammar, and decoding is greedy.
 */
public final class AuditContexts {

  private static final List<AuditContext> STANDARD = standardContexts();
  private static final List<Bytes32> LEAVES =
      STANDARD.stream().map(AuditContext::hash).map(Identifiers::contextLeaf).toList();
  private static final MerkleTree TREE = new MerkleTree(LEAVES);

  private AuditContexts() {}

  /** All of them, in the order of the tree's leaves. */
  public static List<AuditContext> standard() {
    return STANDARD;
  }

  /** The {@code contextRoot} of terms that allow the standard contexts and no other. */
  public static Bytes32 root() {
    return TREE.root();
  }

  /**
   * The siblings that lead from a context to {@link #root}.
   *
   * @throws IllegalArgumentException if the context is not a standard one
   */
  public static List<Bytes32> proof(Bytes32 contextHash) {
    int index = LEAVES.indexOf(Identifiers.contextLeaf(contextHash));
    if (index < 0) {
      throw new IllegalArgumentException("not a standard context: " + contextHash);
    }
    return TREE.proof(index);
  }

  private static List<AuditContext> standardContexts() {
    List<AuditContext> contexts = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int maxTokens : new int[] {12, 16, 24}) {
        contexts.add(new AuditContext(kind, maxTokens));
      }
    }
    return List.copyOf(contexts);
  }
}
