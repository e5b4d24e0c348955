package org.oml.protocol;

import java.util.Map;

/** Pairs of receipts that show one permit used twice, and pairs that do not. */
final class EquivocationVectors {

  private static final Bytes32 PERMIT_HASH = Vectors.PERMIT.structHash();
  private static final Bytes32 ROOT = Vectors.some("response");
  private static final Bytes32 OTHER_ROOT = Vectors.some("another response");
  private static final Receipt FINAL = Vectors.receipt(ROOT, PERMIT_HASH);
  private static final Receipt OPENING = Vectors.receipt(Bytes32.ZERO, PERMIT_HASH);

  private EquivocationVectors() {}

  static void addTo(Map<String, VectorFile> files) {
    files.put(
        "equivocation-two-answers",
        file("One query, two answers")
            .with(pair("two final roots", FINAL, Vectors.receipt(OTHER_ROOT, PERMIT_HASH), true)));
    files.put(
        "equivocation-two-queries",
        file("One permit, two queries")
            .with(pair("both final", FINAL, withQuery(ROOT), true))
            .with(pair("one opening", OPENING, withQuery(ROOT), true))
            .with(pair("both opening", OPENING, withQuery(Bytes32.ZERO), true)));
    files.put(
        "equivocation-two-times",
        file("One permit, answers at two times")
            .with(pair("both final", FINAL, withTime(ROOT, 1), true))
            .with(pair("opening and final", OPENING, withTime(ROOT, 1), true)));
    files.put(
        "equivocation-two-clients",
        file("One permit, two clients")
            .with(pair("both final", FINAL, withClient(ROOT), true))
            .with(pair("both opening", OPENING, withClient(Bytes32.ZERO), true)));
    files.put(
        "equivocation-two-instances",
        file("One permit, two instances, models or hosts")
            .with(pair("instances", FINAL, with("i", null, null), true))
            .with(pair("models", FINAL, with(null, "m", null), true))
            .with(pair("hosts", FINAL, with(null, null, "h"), true)));
    addHonest(files);
  }

  private static void addHonest(Map<String, VectorFile> files) {
    files.put(
        "equivocation-none-opening-and-final",
        file("The two receipts of one answer")
            .with(pair("opening, then final", OPENING, FINAL, false))
            .with(pair("in the other order", FINAL, OPENING, false)));
    files.put(
        "equivocation-none-same-receipt",
        file("One receipt shown twice")
            .with(pair("final", FINAL, FINAL, false))
            .with(pair("opening", OPENING, OPENING, false)));
    Bytes32 otherPermit = Vectors.some("another permit");
    files.put(
        "equivocation-none-two-permits",
        file("Two answers with a permit each")
            .with(pair("as it should be", FINAL, Vectors.receipt(OTHER_ROOT, otherPermit), false)));
    Receipt none = Vectors.receipt(ROOT, Bytes32.ZERO);
    Receipt otherNone = Vectors.receipt(OTHER_ROOT, Bytes32.ZERO);
    files.put(
        "equivocation-none-without-permit",
        file("Receipts that name no permit, which is case R")
            .with(pair("two answers", none, otherNone, false))
            .with(pair("one of them names one", none, FINAL, false)));
    files.put(
        "equivocation-none-two-keys",
        file("Two keys: each may say what it likes")
            .with(
                pair(
                    "another gateway's",
                    SignedReceipt.sign(FINAL, Vectors.DOMAIN, Vectors.KEY),
                    SignedReceipt.sign(
                        Vectors.receipt(OTHER_ROOT, PERMIT_HASH),
                        Vectors.DOMAIN,
                        Vectors.key("another gateway")),
                    false)));
  }

  private static Receipt withQuery(Bytes32 root) {
    return receipt(Vectors.some("another query"), root, FINAL.servedAt(), FINAL.clientRef());
  }

  private static Receipt withTime(Bytes32 root, long later) {
    return receipt(FINAL.queryHash(), root, FINAL.servedAt() + later, FINAL.clientRef());
  }

  private static Receipt withClient(Bytes32 root) {
    return receipt(FINAL.queryHash(), root, FINAL.servedAt(), Vectors.some("another client"));
  }

  private static Receipt receipt(Bytes32 queryHash, Bytes32 root, long servedAt, Bytes32 client) {
    return new Receipt(
        FINAL.modelId(),
        FINAL.instanceId(),
        FINAL.host(),
        queryHash,
        root,
        PERMIT_HASH,
        servedAt,
        client);
  }

  private static Receipt with(
      @org.jspecify.annotations.Nullable String instance,
      @org.jspecify.annotations.Nullable String model,
      @org.jspecify.annotations.Nullable String host) {
    return new Receipt(
        model == null ? FINAL.modelId() : Vectors.some(model),
        instance == null ? FINAL.instanceId() : Vectors.some(instance),
        host == null ? FINAL.host() : Vectors.key(host).address(),
        FINAL.queryHash(),
        ROOT,
        PERMIT_HASH,
        FINAL.servedAt(),
        FINAL.clientRef());
  }

  private static VectorFile file(String about) {
    return new VectorFile(about + ": whether two receipts show that one permit was used twice");
  }

  private static Object[] pair(String name, Receipt first, Receipt second, boolean shown) {
    return pair(
        name,
        SignedReceipt.sign(first, Vectors.DOMAIN, Vectors.KEY),
        SignedReceipt.sign(second, Vectors.DOMAIN, Vectors.KEY),
        shown);
  }

  private static Object[] pair(
      String name, SignedReceipt first, SignedReceipt second, boolean shown) {
    return new Object[] {
      "name", name,
      "chainId", Vectors.DOMAIN.chainId(),
      "permitLedger", Vectors.DOMAIN.permitLedger(),
      "first", first.encode(),
      "second", second.encode(),
      "firstSigner", first.signer(Vectors.DOMAIN),
      "secondSigner", second.signer(Vectors.DOMAIN),
      "equivocation", shown
    };
  }
}
