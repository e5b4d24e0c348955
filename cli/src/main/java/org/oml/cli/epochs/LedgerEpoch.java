package org.oml.cli.epochs;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Charge;
import org.oml.protocol.ChargeList;
import org.oml.protocol.Permit;
import org.oml.protocol.PermitTree;
import org.oml.protocol.client.ServiceClient;
import tools.jackson.databind.JsonNode;

/**
 * An epoch as the permission service has it: its header, its charges, and what follows from its
 * permits, one by one.
 */
final class LedgerEpoch {

  private final JsonNode header;
  private final List<Charge> storedCharges = new ArrayList<>();
  private final Map<Address, BigInteger> carried = new TreeMap<>();
  private List<Bytes32> hashes = new ArrayList<>();
  private Bytes32 root = Bytes32.ZERO;
  private long count;
  private final Map<Address, Charge> bill = new TreeMap<>();
  private final List<String> strangers = new ArrayList<>();

  private LedgerEpoch(JsonNode header) {
    this.header = header;
  }

  /**
   * Reads an epoch page by page.
   *
   * @param service asked as an auditor
   */
  static LedgerEpoch read(ServiceClient service, Bytes32 modelId, long number) {
    String path = "/v1/epochs/" + number;
    String model = "?modelId=" + modelId;
    LedgerEpoch epoch = new LedgerEpoch(service.get(path + model));
    epoch.readPermits(service, modelId, path + "/permits" + model);
    epoch.readCharges(service, path + "/charges" + model);
    return epoch;
  }

  private void readPermits(ServiceClient service, Bytes32 modelId, String path) {
    String next = "";
    JsonNode page = service.get(path).required("permits");
    while (!page.isEmpty()) {
      for (JsonNode one : page) {
        add(permit(modelId, one));
        next = one.required("serial").asString();
      }
      page = service.get(path + "&after=" + next).required("permits");
    }
    count = hashes.size();
    root = hashes.isEmpty() ? Bytes32.ZERO : new PermitTree(hashes).root();
    hashes = List.of(); // many epochs are kept, until the chain was read
  }

  private void readCharges(ServiceClient service, String path) {
    JsonNode page = service.get(path).required("charges");
    while (!page.isEmpty()) {
      for (JsonNode one : page) {
        Address host = Address.parse(one.required("host").asString());
        storedCharges.add(
            new Charge(
                host,
                Long.parseLong(one.required("permits").asString()),
                new BigInteger(one.required("amount").asString())));
        BigInteger again = new BigInteger(one.required("carried").asString());
        if (again.signum() > 0) {
          carried.put(host, again);
        }
      }
      page = service.get(path + "&from=" + storedCharges.size()).required("charges");
    }
  }

  private static Permit permit(Bytes32 modelId, JsonNode one) {
    return new Permit(
        modelId,
        Bytes32.parse(one.required("instanceId").asString()),
        Address.parse(one.required("host").asString()),
        (int) one.required("termsVersion").asLong(),
        Bytes32.parse(one.required("queryHash").asString()),
        Long.parseLong(one.required("serial").asString()),
        one.required("issuedAt").asLong(),
        one.required("expiresAt").asLong(),
        new BigInteger(one.required("price").asString()));
  }

  private void add(Permit permit) {
    if (permit.issuedAt() < from() || permit.issuedAt() >= until()) {
      strangers.add("permit " + permit.serial() + " is of another time");
    }
    hashes.add(permit.structHash());
    bill.merge(
        permit.host(),
        new Charge(permit.host(), 1, permit.price()),
        (sum, one) ->
            new Charge(sum.host(), sum.count() + one.count(), sum.amount().add(one.amount())));
  }

  /** As the service says. */
  ChainEpochs.Header stored() {
    return new ChainEpochs.Header(
        Bytes32.parse(header.required("permitRoot").asString()),
        Bytes32.parse(header.required("chargeHead").asString()),
        Long.parseLong(header.required("count").asString()),
        until(),
        new BigInteger(header.required("total").asString()));
  }

  /** As it follows from the permits and from what is charged again. */
  ChainEpochs.Header recomputed() {
    ChargeList charges = charges();
    return new ChainEpochs.Header(root, charges.head(), count, until(), charges.total());
  }

  /** As they follow from the permits and from what is charged again. */
  ChargeList charges() {
    Map<Address, Charge> charges = new TreeMap<>(bill);
    carried.forEach(
        (host, amount) ->
            charges.merge(
                host,
                new Charge(host, 0, amount),
                (own, again) -> new Charge(host, own.count(), own.amount().add(amount))));
    return new ChargeList(new ArrayList<>(charges.values()));
  }

  /** What was refused of charges of earlier epochs and is charged again, by host. */
  Map<Address, BigInteger> carried() {
    return carried;
  }

  /** As the service says, in its order. */
  List<Charge> storedCharges() {
    return storedCharges;
  }

  /** Permits that do not belong to the epoch. */
  List<String> strangers() {
    return strangers;
  }

  Bytes32 modelId() {
    return Bytes32.parse(header.required("modelId").asString());
  }

  long number() {
    return Long.parseLong(header.required("epoch").asString());
  }

  long from() {
    return header.required("from").asLong();
  }

  long until() {
    return header.required("until").asLong();
  }

  /** {@code CLOSED}, {@code POSTED} or {@code CHARGED}. */
  String state() {
    return header.required("state").asString();
  }
}
