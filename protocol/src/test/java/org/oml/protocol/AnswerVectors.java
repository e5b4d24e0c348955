package org.oml.protocol;

import java.math.BigInteger;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Whether a gateway may answer with a permit: expiry, replay for another query, and signers. */
final class AnswerVectors {

  private static final Permit PERMIT = Vectors.PERMIT;
  private static final long ISSUED = PERMIT.issuedAt();
  private static final long EXPIRES = PERMIT.expiresAt();
  private static final long ALWAYS = Long.MAX_VALUE;

  private AnswerVectors() {}

  static void addTo(Map<String, VectorFile> files) {
    String good = signed(PERMIT);
    files.put(
        "answer-in-time",
        file("A permit in its time")
            .with(at("when it was issued", good, ISSUED, "OK"))
            .with(at("in the middle", good, ISSUED + 300, "OK"))
            .with(at("in its last second", good, EXPIRES - 1, "OK")));
    files.put(
        "answer-expired",
        file("A permit whose time is over")
            .with(at("the second it expires", good, EXPIRES, "PROTOCOL_PERMIT_EXPIRED"))
            .with(at("a year later", good, EXPIRES + 31_536_000, "PROTOCOL_PERMIT_EXPIRED"))
            .with(at("expires as it is issued", signed(living(0)), ISSUED, EXPIRED)));
    files.put(
        "answer-from-the-future",
        file("A permit that is dated ahead of the gateway's clock")
            .with(at("a minute, which is tolerated", good, ISSUED - 60, "OK"))
            .with(at("a minute and a second", good, ISSUED - 61, FUTURE))
            .with(at("at the beginning of time", good, 0, FUTURE)));
    files.put(
        "answer-life",
        file("How long a permit may live")
            .with(at("ten minutes", signed(living(600)), ISSUED + 599, "OK"))
            .with(at("a second longer", signed(living(601)), ISSUED, TOO_LONG))
            .with(at("for ever", signed(living(Long.MAX_VALUE - ISSUED)), ISSUED, TOO_LONG)));
    addReplays(files, good);
    addSigners(files, good);
    addBatches(files);
  }

  private static final String EXPIRED = "PROTOCOL_PERMIT_EXPIRED";
  private static final String FUTURE = "PROTOCOL_PERMIT_FROM_THE_FUTURE";
  private static final String TOO_LONG = "PROTOCOL_PERMIT_LIVES_TOO_LONG";
  private static final String UNKNOWN = "PROTOCOL_PERMIT_SIGNER_UNKNOWN";
  private static final String OTHER_QUERY = "PROTOCOL_PERMIT_FOR_ANOTHER_QUERY";
  private static final String OTHER_HOST = "PROTOCOL_PERMIT_FOR_ANOTHER_HOST";

  private static void addReplays(Map<String, VectorFile> files, String good) {
    files.put(
        "answer-replay-for-another-query",
        file("One query's permit shown for another")
            .with(one("another query", good, PERMIT.host(), Vectors.some("other"), OTHER_QUERY))
            .with(one("no query", good, PERMIT.host(), Bytes32.ZERO, OTHER_QUERY))
            .with(one("its own query", good, PERMIT.host(), PERMIT.queryHash(), "OK")));
    files.put(
        "answer-replay-by-another-host",
        file("One host's permit shown by another")
            .with(
                one(
                    "another host",
                    good,
                    Vectors.key("another host").address(),
                    PERMIT.queryHash(),
                    OTHER_HOST))
            .with(one("nobody", good, Address.ZERO, PERMIT.queryHash(), OTHER_HOST)));
    SigningDomain chain = new SigningDomain(BigInteger.ONE, Vectors.DOMAIN.permitLedger());
    SigningDomain ledger =
        new SigningDomain(Vectors.DOMAIN.chainId(), Vectors.key("ledger").address());
    files.put(
        "answer-replay-from-another-deployment",
        file("A permit of another chain or ledger, signed with the same key")
            .with(at("another chain", in(chain), ISSUED, UNKNOWN))
            .with(at("another ledger", in(ledger), ISSUED, UNKNOWN)));
  }

  private static void addSigners(Map<String, VectorFile> files, String good) {
    files.put(
        "answer-signer-rotation",
        file("A signer counts from validFrom on and before retiredAt, by the permit's issuedAt")
            .with(signer("valid for ever", good, 0, ALWAYS, "OK"))
            .with(signer("valid from that second on", good, ISSUED, ALWAYS, "OK"))
            .with(signer("valid a second later", good, ISSUED + 1, ALWAYS, UNKNOWN))
            .with(signer("retired a second later", good, 0, ISSUED + 1, "OK"))
            .with(signer("retired that second", good, 0, ISSUED, UNKNOWN)));
    String other = SignedPermit.sign(PERMIT, Vectors.DOMAIN, Vectors.key("other")).encode();
    files.put(
        "answer-signer-unknown",
        file("Signed by somebody, or by nobody")
            .with(at("another key", other, ISSUED, UNKNOWN))
            .with(at("the host itself", byHost(), ISSUED, UNKNOWN))
            .with(at("the point at infinity", atInfinity(), ISSUED, UNKNOWN)));
  }

  private static void addBatches(Map<String, VectorFile> files) {
    VectorFile alike = file("Permits in batch form, each for its own query");
    VectorFile crossed = file("Permits in batch form whose parts were exchanged");
    for (int count : new int[] {1, 2, 3, 7}) {
      List<BatchedPermit> batch = Vectors.batch(count);
      BatchedPermit last = batch.getLast();
      alike.with(
          one(
              "the last of " + count,
              last.encode(),
              PERMIT.host(),
              last.permit().queryHash(),
              "OK"));
      if (count > 1) {
        BatchedPermit first = batch.getFirst();
        crossed.with(
            one(
                "the first's fields in the last's place, of " + count,
                fieldsOf(first, last),
                PERMIT.host(),
                first.permit().queryHash(),
                UNKNOWN));
        crossed.with(
            one(
                "the first shown for the last's query, of " + count,
                first.encode(),
                PERMIT.host(),
                last.permit().queryHash(),
                OTHER_QUERY));
      }
    }
    files.put("answer-batch", alike);
    files.put("answer-batch-crossed", crossed);
  }

  private static String fieldsOf(BatchedPermit fields, BatchedPermit rest) {
    String[] parts = rest.encode().split("\\.", -1);
    return parts[0] + "." + fields.encode().split("\\.", -1)[1] + "." + parts[2] + "." + parts[3];
  }

  private static String byHost() {
    return SignedPermit.sign(PERMIT, Vectors.DOMAIN, Vectors.key("host")).encode();
  }

  private static String atInfinity() {
    byte[] signature = SignatureVectors.infinity(PERMIT.digest(Vectors.DOMAIN));
    String[] parts = signed(PERMIT).split("\\.", -1);
    return parts[0]
        + "."
        + parts[1]
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  private static String in(SigningDomain domain) {
    return SignedPermit.sign(PERMIT, domain, Vectors.KEY).encode();
  }

  private static String signed(Permit permit) {
    return SignedPermit.sign(permit, Vectors.DOMAIN, Vectors.KEY).encode();
  }

  private static Permit living(long seconds) {
    return new Permit(
        PERMIT.modelId(),
        PERMIT.instanceId(),
        PERMIT.host(),
        PERMIT.termsVersion(),
        PERMIT.queryHash(),
        PERMIT.serial(),
        ISSUED,
        ISSUED + seconds,
        PERMIT.price());
  }

  private static VectorFile file(String about) {
    return new VectorFile(about + ": whether a gateway may answer, OK or the first code");
  }

  private static Object[] at(String name, String permit, long now, String outcome) {
    return members(name, permit, PERMIT.host(), PERMIT.queryHash(), now, 0, ALWAYS, outcome);
  }

  private static Object[] one(
      String name, String permit, Address host, Bytes32 queryHash, String outcome) {
    return members(name, permit, host, queryHash, ISSUED, 0, ALWAYS, outcome);
  }

  private static Object[] signer(
      String name, String permit, long validFrom, long retiredAt, String outcome) {
    return members(
        name, permit, PERMIT.host(), PERMIT.queryHash(), ISSUED, validFrom, retiredAt, outcome);
  }

  private static Object[] members(
      String name,
      String permit,
      Address host,
      Bytes32 queryHash,
      long now,
      long validFrom,
      long retiredAt,
      String outcome) {
    return new Object[] {
      "name", name,
      "chainId", Vectors.DOMAIN.chainId(),
      "permitLedger", Vectors.DOMAIN.permitLedger(),
      "permit", permit,
      "host", host,
      "queryHash", queryHash,
      "now", now,
      "signer", Vectors.KEY.address(),
      "validFrom", validFrom,
      "retiredAt", retiredAt,
      "outcome", outcome
    };
  }
}
