package org.oml.protocol;

/** One permit used for two answers: two receipts of one key that cannot both be true (case E). */
public final class Equivocation {

  private Equivocation() {}

  /**
   * Whether two receipts contradict each other: one key signed both, both name the same permit, and
   * they differ in anything but the response root, or in two response roots of which neither is
   * that of an opening receipt. An opening receipt and its final one never do.
   */
  public static boolean isShownBy(SignedReceipt first, SignedReceipt second, SigningDomain domain) {
    return nameTheSamePermit(first.receipt(), second.receipt())
        && contradict(first.receipt(), second.receipt())
        && haveOneSigner(first, second, domain);
  }

  private static boolean nameTheSamePermit(Receipt first, Receipt second) {
    return !first.permitHash().isZero() && first.permitHash().equals(second.permitHash());
  }

  private static boolean contradict(Receipt first, Receipt second) {
    boolean differsElsewhere = !first.opening().equals(second.opening());
    boolean differsInFinalRoots =
        !first.responseRoot().isZero()
            && !second.responseRoot().isZero()
            && !first.responseRoot().equals(second.responseRoot());
    return differsElsewhere || differsInFinalRoots;
  }

  private static boolean haveOneSigner(
      SignedReceipt first, SignedReceipt second, SigningDomain domain) {
    Address signer = first.signer(domain);
    return !signer.equals(Address.ZERO) && signer.equals(second.signer(domain));
  }
}
