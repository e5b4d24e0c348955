package org.oml.prover.evidence;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import org.oml.protocol.Keccak;
import org.oml.protocol.Receipt;
import org.web3j.abi.FunctionEncoder;

/** Evidence in the form that the court takes. */
final class EvidenceEncoding {

  private EvidenceEncoding() {}

  static PenaltyCourt.Evidence forCourt(Evidence evidence) {
    Receipt receipt = evidence.receipt();
    return new PenaltyCourt.Evidence(
        new PenaltyCourt.Receipt(
            receipt.modelId().toBytes(),
            receipt.instanceId().toBytes(),
            receipt.host().toString(),
            receipt.queryHash().toBytes(),
            receipt.responseRoot().toBytes(),
            receipt.permitHash().toBytes(),
            BigInteger.valueOf(receipt.servedAt()),
            receipt.clientRef().toBytes()),
        evidence.signed().signature().toBytes(),
        new PenaltyCourt.Opening(
            BigInteger.valueOf(evidence.index()),
            evidence.key().getBytes(StandardCharsets.UTF_8),
            evidence.response().getBytes(StandardCharsets.UTF_8),
            evidence.leafSalt().toBytes(),
            bytes(evidence.leafProof()),
            evidence.querySalt().toBytes(),
            evidence.contextHash().toBytes(),
            bytes(evidence.contextProof()),
            BigInteger.valueOf(evidence.answerLength()),
            Hex.parse(evidence.answerPrefix()),
            evidence.restHash().toBytes()));
  }

  /** {@code keccak(abi.encode(evidence))}. */
  static Bytes32 hash(Evidence evidence) {
    String encoded = FunctionEncoder.encodeConstructor(List.of(forCourt(evidence)));
    return Keccak.of(Hex.parse("0x" + encoded));
  }

  private static List<byte[]> bytes(List<Bytes32> values) {
    return values.stream().map(Bytes32::toBytes).toList();
  }
}
