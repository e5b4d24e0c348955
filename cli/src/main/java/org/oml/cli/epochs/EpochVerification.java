package org.oml.cli.epochs;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.oml.chain.ChainClient;
import org.oml.chain.ContractAddresses;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Charge;
import org.oml.protocol.ChargeList;
import org.oml.protocol.client.ServiceClient;
import tools.jackson.databind.JsonNode;

/**
 * Recomputes every epoch from the permits on record and compares it with the epoch that the service
 * stored and with what is on chain.
 */
public final class EpochVerification {

  private static final String CHARGED = "CHARGED";

  private final ServiceClient service;
  private final ChainClient client;
  private final ContractAddresses addresses;

  /**
   * What was found of an epoch.
   *
   * @param modelId the model
   * @param number of the epoch
   * @param count of its permits, recomputed
   * @param total of their prices and of what is charged again, recomputed
   * @param state as the service says; empty if it has no such epoch
   * @param differences in words; none if everything agrees
   */
  public record Finding(
      Bytes32 modelId,
      long number,
      long count,
      BigInteger total,
      String state,
      List<String> differences) {

    public Finding {
      differences = List.copyOf(differences);
    }

    /** As {@code --json} prints it. */
    public Map<String, Object> json() {
      return Map.of(
          "modelId", modelId.toString(),
          "epoch", Long.toString(number),
          "permits", Long.toString(count),
          "total", total.toString(),
          "state", state,
          "differences", differences);
    }

    /** Whether ledger, stored epoch and chain are the same. */
    public boolean agrees() {
      return differences.isEmpty();
    }
  }

  /**
   * @param service asked as an auditor
   */
  public EpochVerification(ServiceClient service, ChainClient client, ContractAddresses addresses) {
    this.service = service;
    this.client = client;
    this.addresses = addresses;
  }

  /**
   * Verifies every epoch of every model, those on chain alone as well. The service is asked before
   * the chain: what it says of the chain must be so by then.
   */
  public List<Finding> verify() {
    Map<Bytes32, List<LedgerEpoch>> ledger = new TreeMap<>();
    newest().forEach((modelId, newest) -> ledger.put(modelId, read(modelId, newest)));
    ChainEpochs chain = ChainEpochs.read(client, addresses);
    Map<Bytes32, Long> after = newest();
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<Bytes32, List<LedgerEpoch>> model : ledger.entrySet()) {
      long end = 0;
      RefusedBalance refused = new RefusedBalance();
      for (LedgerEpoch epoch : model.getValue()) {
        findings.add(verify(epoch, end, chain, refused.take(epoch.carried())));
        refused.add(chain.refused(epoch.modelId(), epoch.number()));
        end = epoch.until();
      }
    }
    for (Bytes32 modelId : chain.models()) {
      // What was closed since the service was asked is for the next time.
      for (long number = after.getOrDefault(modelId, 0L) + 1;
          number <= chain.newest(modelId);
          number++) {
        findings.add(unknown(modelId, number));
      }
    }
    return findings;
  }

  private Map<Bytes32, Long> newest() {
    Map<Bytes32, Long> newest = new TreeMap<>();
    for (JsonNode epoch : service.get("/v1/epochs").required("newest")) {
      newest.put(
          Bytes32.parse(epoch.required("modelId").asString()),
          Long.parseLong(epoch.required("epoch").asString()));
    }
    return newest;
  }

  private List<LedgerEpoch> read(Bytes32 modelId, long newest) {
    return LongStream.rangeClosed(1, newest)
        .mapToObj(number -> LedgerEpoch.read(service, modelId, number))
        .toList();
  }

  private static Finding unknown(Bytes32 modelId, long number) {
    return new Finding(
        modelId,
        number,
        0,
        BigInteger.ZERO,
        "",
        List.of("it is on chain and not in the service's ledger"));
  }

  private static Finding verify(
      LedgerEpoch epoch, long begin, ChainEpochs chain, List<String> neverRefused) {
    ChainEpochs.Header recomputed = epoch.recomputed();
    List<String> differences = new ArrayList<>(epoch.strangers());
    differences.addAll(neverRefused);
    if (epoch.from() != begin) {
      differences.add("it begins at %d, the one before ended at %d".formatted(epoch.from(), begin));
    }
    compare("the stored epoch", recomputed, epoch.stored(), differences);
    compareCharges(epoch, differences);
    Optional<ChainEpochs.Header> posted = chain.header(epoch.modelId(), epoch.number());
    posted.ifPresent(header -> compare("the chain", recomputed, header, differences));
    if (posted.isEmpty() && !epoch.state().equals("CLOSED")) {
      differences.add("it counts as %s and is not on chain".formatted(epoch.state()));
    }
    compareSettled(epoch, chain, differences);
    return new Finding(
        epoch.modelId(),
        epoch.number(),
        recomputed.count(),
        recomputed.total(),
        epoch.state(),
        differences);
  }

  private static void compare(
      String where, ChainEpochs.Header ledger, ChainEpochs.Header other, List<String> differences) {
    compare(where, "root", ledger.permitRoot(), other.permitRoot(), differences);
    compare(where, "head of charges", ledger.chargeHead(), other.chargeHead(), differences);
    compare(where, "count", ledger.count(), other.count(), differences);
    compare(where, "end", ledger.until(), other.until(), differences);
    compare(where, "total", ledger.total(), other.total(), differences);
  }

  private static void compare(
      String where, String what, Object ledger, Object other, List<String> differences) {
    if (!ledger.equals(other)) {
      differences.add(
          "%s: the ledger's is %s, that of %s %s".formatted(what, ledger, where, other));
    }
  }

  private static void compareCharges(LedgerEpoch epoch, List<String> differences) {
    List<Charge> recomputed = epoch.charges().charges();
    List<Charge> stored = epoch.storedCharges();
    if (!recomputed.equals(stored)) {
      recomputed.stream()
          .filter(charge -> !stored.contains(charge))
          .forEach(charge -> differences.add("the ledger charges " + words(charge)));
      stored.stream()
          .filter(charge -> !recomputed.contains(charge))
          .forEach(charge -> differences.add("the stored epoch charges " + words(charge)));
      if (Set.copyOf(recomputed).equals(Set.copyOf(stored))) {
        differences.add("the stored charges are not in the order of their hosts");
      }
    }
  }

  private static String words(Charge charge) {
    return "%s %s for %d permits".formatted(charge.host(), charge.amount(), charge.count());
  }

  private static void compareSettled(
      LedgerEpoch epoch, ChainEpochs chain, List<String> differences) {
    ChargeList charges = epoch.charges();
    byte[] all = charges.batch(0, charges.charges().size());
    byte[] settled = chain.settled(epoch.modelId(), epoch.number());
    boolean isBeginning =
        settled.length <= all.length
            && Arrays.equals(settled, 0, settled.length, all, 0, settled.length);
    if (!isBeginning) {
      differences.add("what the chain settled are not the ledger's charges");
    }
    if (chain.isAbandoned(epoch.modelId(), epoch.number())) {
      differences.add("the operator abandoned it, with charges left");
    }
    if (epoch.state().equals(CHARGED) && !chain.isClosed(epoch.modelId(), epoch.number())) {
      differences.add("it counts as charged and the chain has charges left");
    }
  }
}
