package org.oml.gateway.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.oml.contracts.CaseEvidence;
import org.oml.contracts.PanelAnswers;
import org.oml.contracts.SolidityStructs;
import org.oml.contracts.binding.PanelCourt;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.Receipt;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;

/** What the gateway writes and reads itself is as the contract's binding has it. */
class RebuttalCallTest {

  private static final SigningKey KEY = SigningKey.random();
  private static final Address HOST = KEY.address();
  private static final Bytes32 MODEL = Keccak.of("model");
  private static final Bytes32 INSTANCE = Keccak.of("instance");
  private static final SigningDomain DOMAIN =
      new SigningDomain(BigInteger.valueOf(31337), SigningKey.random().address());
  private static final ReceiptInCallData SEARCH = new ReceiptInCallData(MODEL, INSTANCE, HOST);

  private static Permit permit(int number) {
    return new Permit(
        MODEL, INSTANCE, HOST, 3, Keccak.of("query"), number, 1_000, 1_600, BigInteger.TEN.pow(30));
  }

  private static Receipt receipt() {
    return new Receipt(
        MODEL,
        INSTANCE,
        HOST,
        Keccak.of("query"),
        Keccak.of("root"),
        permit(7).structHash(),
        1_234,
        Keccak.of("reference"));
  }

  private static byte[] encoded(Receipt receipt, IssuedPermit issued) {
    return Hex.parse(
        FunctionEncoder.encode(
            new Function(
                PenaltyCourt.FUNC_REBUT,
                List.of(
                    SolidityStructs.of(receipt),
                    SolidityStructs.of(issued.permit()),
                    new DynamicBytes(issued.authority())),
                List.of())));
  }

  private static byte[] revelation() {
    CaseEvidence evidence = CaseEvidence.ofReceipt(receipt(), KEY.sign(receipt().digest(DOMAIN)));
    return Hex.parse(
        FunctionEncoder.encode(
            new Function(
                PenaltyCourt.FUNC_REVEAL,
                List.of(
                    evidence.evidence(),
                    new org.web3j.abi.datatypes.generated.Bytes32(Keccak.of("nonce").toBytes())),
                List.of())));
  }

  @Test
  void encodesARebuttalWithAPermitThatWasSignedAlone() {
    SignedPermit permit = SignedPermit.sign(permit(7), DOMAIN, KEY);
    assertThat(Node.rebuttal(receipt(), permit)).isEqualTo(encoded(receipt(), permit));
  }

  @Test
  void encodesARebuttalWithAPermitThatWasSignedInABatch() {
    List<Permit> permits = List.of(permit(7), permit(8), permit(9));
    BatchedPermit permit = BatchedPermit.sign(permits, 1_000, 7, DOMAIN, KEY).getFirst();
    assertThat(Node.rebuttal(receipt(), permit)).isEqualTo(encoded(receipt(), permit));
  }

  @Test
  void findsTheReceiptInARevelation() {
    assertThat(SEARCH.find(revelation(), receipt -> true)).contains(receipt());
  }

  @Test
  void findsTheReceiptBehindOthersAndWhereverACallingContractPutIt() {
    byte[] direct = revelation();
    byte[] wrapped = new byte[3 * direct.length + 5];
    System.arraycopy(direct, 0, wrapped, 5, direct.length);
    System.arraycopy(direct, 0, wrapped, 2 * direct.length + 1, direct.length);
    boolean[] passedOver = new boolean[1];
    assertThat(
            SEARCH.find(
                wrapped,
                receipt -> {
                  boolean second = passedOver[0];
                  passedOver[0] = true;
                  return second;
                }))
        .contains(receipt());
  }

  private static Attestation attestation(int place) {
    return new Attestation(
        Keccak.of("plan"),
        HOST,
        place,
        Keccak.of("key"),
        Keccak.of("answer"),
        Keccak.of("target"),
        1_100,
        1_101,
        true);
  }

  @Test
  void encodesTheRebuttalOfAHit() {
    SignedPermit permit = SignedPermit.sign(permit(7), DOMAIN, KEY);
    byte[] expected =
        Hex.parse(
            FunctionEncoder.encode(
                new Function(
                    PanelCourt.FUNC_REBUTASK,
                    List.of(
                        PanelAnswers.forCourt(attestation(3)),
                        word(Keccak.of("salt")),
                        word(Keccak.of("context")),
                        SolidityStructs.of(permit.permit()),
                        new DynamicBytes(permit.authority())),
                    List.of())));
    assertThat(Panels.rebuttal(attestation(3), Keccak.of("salt"), Keccak.of("context"), permit))
        .isEqualTo(expected);
  }

  private static org.web3j.abi.datatypes.generated.Bytes32 word(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.toBytes());
  }

  @Test
  void findsWhatAMemberAttestedBehindOthers() {
    byte[] call =
        Panels.rebuttal(
            attestation(12), Bytes32.ZERO, Bytes32.ZERO, SignedPermit.sign(permit(7), DOMAIN, KEY));
    byte[] other =
        Panels.rebuttal(
            attestation(3), Bytes32.ZERO, Bytes32.ZERO, SignedPermit.sign(permit(7), DOMAIN, KEY));
    byte[] wrapped = new byte[call.length + other.length + 5];
    System.arraycopy(other, 0, wrapped, 3, other.length);
    System.arraycopy(call, 0, wrapped, other.length + 5, call.length);
    AttestationInCallData search = new AttestationInCallData(Keccak.of("plan"), HOST);
    assertThat(search.find(wrapped, attestation(12)::equals)).contains(attestation(12));
    assertThat(search.find(wrapped, attestation(4)::equals)).isEmpty();
    assertThat(search.find(new byte[100], attestation -> true)).isEmpty();
  }

  @Test
  void findsNothingInOtherCalls() {
    Receipt other = receipt().opening();
    assertThat(SEARCH.find(revelation(), other::equals)).isEmpty();
    assertThat(SEARCH.find(new byte[0], receipt -> true)).isEmpty();
    assertThat(SEARCH.find(new byte[1_000], receipt -> true)).isEmpty();
  }
}
