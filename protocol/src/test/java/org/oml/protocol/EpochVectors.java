package org.oml.protocol;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Vectors of what is settled on chain: permits as contracts check them, and charges. */
final class EpochVectors {

  private EpochVectors() {}

  static void addTo(Map<String, VectorFile> files) {
    files.put("permit-authority", authorities());
    files.put("charge", charges());
  }

  private static VectorFile authorities() {
    VectorFile file =
        new VectorFile("Permits signed alone and in batches, as contracts recover their signer");
    List<IssuedPermit> permits = new ArrayList<>();
    permits.add(SignedPermit.sign(Vectors.PERMIT, Vectors.DOMAIN, Vectors.KEY));
    for (int count : new int[] {1, 2, 5}) {
      permits.addAll(Vectors.batch(count));
    }
    for (IssuedPermit permit : permits) {
      List<Object> values = new ArrayList<>(Vectors.permitMembers(permit.permit()));
      values.addAll(List.of("permitHash", permit.permitHash()));
      values.addAll(List.of("authority", permit.authority()));
      values.addAll(List.of("signer", permit.signer(Vectors.DOMAIN)));
      file.with(values.toArray());
    }
    return file;
  }

  private static VectorFile charges() {
    VectorFile file =
        new VectorFile("Charges from an index of an epoch's list on, and the heads around them");
    BigInteger largest = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);
    List<Charge> charges = new ArrayList<>();
    charges.add(new Charge(Vectors.key("largest").address(), Long.MAX_VALUE, largest));
    charges.add(new Charge(Vectors.key("smallest").address(), 0, BigInteger.ZERO));
    for (int i = 1; i <= 5; i++) {
      BigInteger amount = BigInteger.TEN.pow(15).multiply(BigInteger.valueOf(i));
      charges.add(new Charge(Vectors.key("host " + i).address(), i, amount));
    }
    ChargeList list = new ChargeList(charges);
    for (int from = 0; from < charges.size(); from++) {
      for (int to : new int[] {from + 1, charges.size()}) {
        Charge first = list.charges().get(from);
        file.with(
            "host", first.host(),
            "permits", first.count(),
            "amount", first.amount(),
            "charges", list.batch(from, to),
            "next", list.head(to),
            "head", list.head(from));
      }
    }
    return file;
  }
}
