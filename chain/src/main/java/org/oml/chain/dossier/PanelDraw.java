package org.oml.chain.dossier;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.oml.chain.ChainClient;
import org.oml.contracts.binding.ProverRegistry;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import org.oml.protocol.Keccak;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * Draws a plan's panel anew, as {@code ProverRegistry} does: the first of a shuffle of all seats of
 * a time before the plan, by the hash of a block after it.
 */
final class PanelDraw {

  private final ChainClient chain;
  private final ProverRegistry registry;
  private final Address address;

  PanelDraw(ChainClient chain, ProverRegistry registry, Address address) {
    this.chain = chain;
    this.registry = registry;
    this.address = address;
  }

  /**
   * The panel that must have been drawn, in the order of its places.
   *
   * @throws IllegalStateException where the chain does not have the seed's block, or too few seats
   */
  List<Address> members(Bytes32 planId, ProverRegistry.Panel panel) {
    ProverRegistry.Parameters rules = chain.read(registry.parameters());
    BigInteger time = panel.committedAt.subtract(rules.minimumAge);
    Bytes32 seed = seed(planId, panel.seedBlock.longValueExact());
    int count = chain.read(registry.seatedAt(time)).intValueExact();
    int[] places = new int[count];
    Arrays.setAll(places, place -> place);
    List<Address> members = new ArrayList<>();
    for (int i = 0; members.size() < rules.panelSize.intValueExact(); i++) {
      if (i == count) {
        throw new IllegalStateException("fewer seats than a panel takes");
      }
      int drawn = i + random(seed, i).mod(BigInteger.valueOf(count - i)).intValueExact();
      int place = places[drawn];
      places[drawn] = places[i];
      places[i] = place;
      Address member = parse(chain.read(registry.seatAt(BigInteger.valueOf(place), time)));
      if (!member.equals(parse(panel.prover))) {
        members.add(member);
      }
    }
    return members;
  }

  private Bytes32 seed(Bytes32 planId, long block) {
    Bytes32 hash =
        chain
            .block(block)
            .orElseThrow(() -> new IllegalStateException("the seed's block is not there"))
            .hash();
    return hash(
        new Utf8String("oml.panel.v1"),
        word(hash),
        new org.web3j.abi.datatypes.Address(address.toString()),
        word(planId));
  }

  private static BigInteger random(Bytes32 seed, int draw) {
    return new BigInteger(1, hash(word(seed), new Uint256(draw)).toBytes());
  }

  @SuppressWarnings("rawtypes")
  private static Bytes32 hash(org.web3j.abi.datatypes.Type... values) {
    return Keccak.of(Hex.parse("0x" + FunctionEncoder.encodeConstructor(List.of(values))));
  }

  private static org.web3j.abi.datatypes.generated.Bytes32 word(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.toBytes());
  }

  private static Address parse(String text) {
    return Address.parse(text.toLowerCase(Locale.ROOT));
  }
}
