package org.oml.permission.host;

import java.math.BigInteger;
import java.util.List;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * What the chain has of a host for a model.
 *
 * @param stake that answers for it
 * @param prepaid what it has paid in for permits
 * @param minimumStake the largest one that the terms of its instances ask for, in the smallest unit
 *     of the payment token; 0 without instances
 * @param instances in the order of their publication
 */
public record HostRecord(
    Bytes32 modelId,
    Address host,
    Stake stake,
    Prepaid prepaid,
    BigInteger minimumStake,
    List<Instance> instances) {

  public HostRecord {
    instances = List.copyOf(instances);
  }
}
