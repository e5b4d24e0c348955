package org.oml.contracts;

import java.math.BigInteger;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Permit;
import org.oml.protocol.Receipt;

/** The protocol's structures in the form in which the bindings take them. */
public final class SolidityStructs {

  private SolidityStructs() {}

  /** For {@code ModelRegistry.publishInstance}. */
  public static ModelRegistry.LicenceAcceptance of(LicenceAcceptance acceptance) {
    return new ModelRegistry.LicenceAcceptance(
        acceptance.modelId().toBytes(),
        acceptance.licenceHash().toBytes(),
        BigInteger.valueOf(acceptance.termsVersion()),
        acceptance.baseManifestHash().toBytes(),
        acceptance.host().toString(),
        acceptance.gatewayKey().toString(),
        acceptance.nonce(),
        BigInteger.valueOf(acceptance.deadline()));
  }

  /** For {@code ModelRegistry.publishInstance}. */
  public static ModelRegistry.InstanceAcceptance of(InstanceAcceptance acceptance) {
    return new ModelRegistry.InstanceAcceptance(
        acceptance.instanceId().toBytes(),
        acceptance.manifestHash().toBytes(),
        acceptance.fingerprintRoot().toBytes(),
        BigInteger.valueOf(acceptance.deadline()));
  }

  /** For {@code PenaltyCourt.reveal}. */
  public static PenaltyCourt.Receipt of(Receipt receipt) {
    return new PenaltyCourt.Receipt(
        receipt.modelId().toBytes(),
        receipt.instanceId().toBytes(),
        receipt.host().toString(),
        receipt.queryHash().toBytes(),
        receipt.responseRoot().toBytes(),
        receipt.permitHash().toBytes(),
        BigInteger.valueOf(receipt.servedAt()),
        receipt.clientRef().toBytes());
  }

  /** For {@code PenaltyCourt.rebut}. */
  public static PenaltyCourt.Permit of(Permit permit) {
    return new PenaltyCourt.Permit(
        permit.modelId().toBytes(),
        permit.instanceId().toBytes(),
        permit.host().toString(),
        BigInteger.valueOf(permit.termsVersion()),
        permit.queryHash().toBytes(),
        BigInteger.valueOf(permit.serial()),
        BigInteger.valueOf(permit.issuedAt()),
        BigInteger.valueOf(permit.expiresAt()),
        permit.price());
  }
}
