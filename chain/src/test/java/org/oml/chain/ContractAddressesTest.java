package org.oml.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;

class ContractAddressesTest {

  @TempDir Path directory;
  private Path file;
  private ContractAddresses addresses;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("deep/addresses.json");
    Map<Contract, Address> all = new EnumMap<>(Contract.class);
    for (Contract contract : Contract.values()) {
      all.put(contract, SigningKey.random().address());
    }
    addresses = new ContractAddresses(BigInteger.valueOf(31_337), 7, all);
    addresses.write(file);
  }

  @Test
  void whatIsWrittenIsRead() {
    assertThat(ContractAddresses.read(file)).isEqualTo(addresses);
  }

  @Test
  void theFileIsOfTheFormOfTheConventions() throws IOException {
    assertThat(Files.readString(file).replaceAll("\\s", ""))
        .startsWith(
            "{\"version\":1,\"chainId\":\"31337\",\"deployedAtBlock\":\"7\",\"contracts\":{")
        .contains("\"PaymentToken\":\"" + addresses.of(Contract.PAYMENT_TOKEN) + "\"")
        .contains("\"Timelock\":\"" + addresses.of(Contract.TIMELOCK) + "\"");
  }

  @Test
  void nothingIsLeftBesideTheFile() throws IOException {
    try (var files = Files.list(directory.resolve("deep"))) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void anotherFileReplacesIt() throws IOException {
    ContractAddresses later =
        new ContractAddresses(BigInteger.TWO, Long.MAX_VALUE, addresses.addresses());

    later.write(file);

    assertThat(ContractAddresses.read(file)).isEqualTo(later);
  }

  @Test
  void contractsThatAreNotKnownAreOverlooked() throws IOException {
    change("\"contracts\" : {", "\"contracts\" : {\"NotYet\" : \"0x00\",");

    assertThat(ContractAddresses.read(file)).isEqualTo(addresses);
  }

  @Test
  void aSignatureIsOfTheChainAndTheLedger() {
    assertThat(addresses.signingDomain())
        .isEqualTo(
            new SigningDomain(BigInteger.valueOf(31_337), addresses.of(Contract.PERMIT_LEDGER)));
  }

  @Test
  void aFileThatIsMissingIsRefused() {
    assertInvalid(directory.resolve("nothing.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "[]", "null", "1", "{}", "{\"version\":1}", "\u0000"})
  void aFileOfAnotherFormIsRefused(String text) throws IOException {
    Files.writeString(file, text);

    assertInvalid(file);
  }

  @Test
  void aFileThatIsNoTextIsRefused() throws IOException {
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});

    assertInvalid(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\" : 1|\"version\" : 2",
        "\"chainId\" : \"31337\"|\"chainId\" : \"main\"",
        "\"chainId\" : \"31337\"|\"chainId\" : \"-1\"",
        "\"chainId\" : \"31337\"|\"chainId\" : null",
        "\"chainId\" : \"31337\"|\"network\" : \"31337\"",
        "\"deployedAtBlock\" : \"7\"|\"deployedAtBlock\" : \"-7\"",
        "\"deployedAtBlock\" : \"7\"|\"deployedAtBlock\" : \"9223372036854775808\"",
        "\"deployedAtBlock\" : \"7\"|\"deployedAtBlock\" : {}",
        "\"contracts\"|\"others\""
      })
  void aMemberOfAnotherFormIsRefused(String right, String wrong) throws IOException {
    change(right, wrong);

    assertInvalid(file);
  }

  @ParameterizedTest
  @EnumSource
  void eachContractIsNeeded(Contract contract) throws IOException {
    change("\"" + contract.label() + "\"", "\"Other\"");

    assertInvalid(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0x", "0x00", "none", "0xAbaBabaBabababababababababababababababab"})
  void anAddressOfAnotherFormIsRefused(String address) throws IOException {
    change(addresses.of(Contract.HOST_STAKING).toString(), address);

    assertInvalid(file);
  }

  private void change(String right, String wrong) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(right);
    Files.writeString(file, text.replace(right, wrong));
  }

  private static void assertInvalid(Path file) {
    assertThatThrownBy(() -> ContractAddresses.read(file))
        .isInstanceOfSatisfying(
            CodedException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ChainError.ADDRESSES_INVALID))
        .hasMessageContaining(file.getFileName().toString());
  }
}
