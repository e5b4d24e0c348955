package org.oml.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.protocol.Hex;
import org.oml.protocol.Keccak;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

class RevertReaderTest {

  private static final String SOMEBODY = "0x1111111111111111111111111111111111111111";

  @Test
  void aCustomErrorHasItsNameAndItsArguments() {
    String data =
        error(
            "ERC20InsufficientBalance(address,uint256,uint256)",
            new Address(SOMEBODY),
            new Uint256(1),
            new Uint256(BigInteger.TWO.pow(256).subtract(BigInteger.ONE)));

    Revert revert = RevertReader.read(data);

    assertThat(revert)
        .isEqualTo(
            new Revert(
                "ERC20InsufficientBalance",
                List.of(
                    SOMEBODY,
                    "1",
                    "115792089237316195423570985008687907853269984665640564039457584007913129639935")));
    assertThat(revert)
        .hasToString(
            "ERC20InsufficientBalance("
                + SOMEBODY
                + ", 1, 115792089237316195423570985008687907853269984665640564039457584007913129639935)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ModelExists(bytes32)", // of the registry
        "AmountZero()", // of the staking and the ledger
        "SignerExists(address)", // of the ledger
        "CommitmentExists(bytes32)", // of the court
        "NoHolders()", // of the shares
        "GovernorAlreadyCastVote(address)",
        "TimelockInsufficientDelay(uint256,uint256)"
      })
  void everyContractsErrorsAreKnown(String signature) {
    String name = signature.substring(0, signature.indexOf('('));

    assertThat(RevertReader.read(error(signature)).name()).isEqualTo(name);
  }

  @Test
  void aTextIsAnError() {
    assertThat(RevertReader.read(error("Error(string)", new Utf8String("no way"))))
        .isEqualTo(new Revert("Error", List.of("no way")));
  }

  @Test
  void aPanicHasItsCode() {
    assertThat(RevertReader.read(error("Panic(uint256)", new Uint256(0x11))))
        .isEqualTo(new Revert("Panic", List.of("17")));
  }

  @Test
  void anErrorOfAnotherContractIsShownAsItIs() {
    String data = error("SomethingElse(uint256)", new Uint256(1));

    assertThat(RevertReader.read(data)).isEqualTo(new Revert("Unknown", List.of(data)));
  }

  @ParameterizedTest
  @CsvSource({"'',Unknown()", "0x,Unknown()", "0x01,Unknown(0x01)", "0x010203,Unknown(0x010203)"})
  void lessThanASelectorIsUnknown(String data, String text) {
    assertThat(RevertReader.read(data)).hasToString(text);
  }

  @Test
  void argumentsThatAreCutShortAreShownAsTheyAre() {
    String whole = error("Error(string)", new Utf8String("no way"));
    for (int length = 10; length < whole.length(); length++) {
      assertThat(RevertReader.read(whole.substring(0, length)).name())
          .as("%s digits", length)
          .isEqualTo("Error");
    }
  }

  @Test
  void argumentsThatClaimToBeHugeAreShownAsTheyAre() {
    String selector = error("Error(string)", new Utf8String("")).substring(0, 10);
    String claim = "0".repeat(62) + "20" + "f".repeat(64);

    assertThat(RevertReader.read(selector + claim))
        .isEqualTo(new Revert("Error", List.of("0x" + claim)));
  }

  @SuppressWarnings("rawtypes") // as the encoder takes them
  private static String error(String signature, Type<?>... arguments) {
    String selector =
        Hex.of(Keccak.of(signature.getBytes(StandardCharsets.US_ASCII)).toBytes()).substring(0, 10);
    return selector + FunctionEncoder.encodeConstructor(List.<Type>of(arguments));
  }
}
