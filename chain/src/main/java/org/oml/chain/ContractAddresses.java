package org.oml.chain;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningDomain;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where the contracts are: the addresses file of {@code docs/conventions.md}.
 *
 * @param chainId of EIP-155
 * @param deployedAtBlock no event of the contracts is older
 * @param addresses of every contract
 */
public record ContractAddresses(
    BigInteger chainId, long deployedAtBlock, Map<Contract, Address> addresses) {

  private static final int VERSION = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public ContractAddresses {
    if (chainId.signum() <= 0 || deployedAtBlock < 0) {
      throw new CodedException(
          ChainError.ADDRESSES_INVALID, "The chain's identifier or the first block is negative.");
    }
    addresses = Map.copyOf(addresses);
    for (Contract contract : Contract.values()) {
      if (!addresses.containsKey(contract)) {
        throw new CodedException(
            ChainError.ADDRESSES_INVALID, contract.label() + " has no address.");
      }
    }
  }

  /**
   * Reads an addresses file.
   *
   * @throws CodedException {@link ChainError#ADDRESSES_INVALID} if it is missing or not what it
   *     should be
   */
  public static ContractAddresses read(Path file) {
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      if (root.path("version").asInt(0) != VERSION) {
        throw new CodedException(ChainError.ADDRESSES_INVALID, "It is not of version 1.");
      }
      Map<Contract, Address> addresses = new EnumMap<>(Contract.class);
      for (Contract contract : Contract.values()) {
        JsonNode address = root.path("contracts").path(contract.label());
        if (address.isString()) {
          addresses.put(contract, Address.parse(address.asString()));
        }
      }
      return new ContractAddresses(
          new BigInteger(root.required("chainId").asString()),
          Long.parseLong(root.required("deployedAtBlock").asString()),
          addresses);
    } catch (IOException | JacksonException | NumberFormatException e) {
      throw new CodedException(ChainError.ADDRESSES_INVALID, file + " cannot be read.", e);
    } catch (CodedException e) {
      throw new CodedException(
          ChainError.ADDRESSES_INVALID, "%s is invalid: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Writes the file so that it is whole or not there, also after a power cut. */
  public void write(Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    root.put("chainId", chainId.toString());
    root.put("deployedAtBlock", Long.toString(deployedAtBlock));
    ObjectNode contracts = root.putObject("contracts");
    for (Contract contract : Contract.values()) {
      contracts.put(contract.label(), of(contract).toString());
    }
    writeDurably(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
  }

  /** Where a contract is. */
  public Address of(Contract contract) {
    Address address = addresses.get(contract);
    if (address == null) {
      throw new IllegalStateException("checked when it was made");
    }
    return address;
  }

  /** The domain of the protocol's signatures. */
  public SigningDomain signingDomain() {
    return new SigningDomain(chainId, of(Contract.PERMIT_LEDGER));
  }

  /** Replaces a file at once, and makes sure that it is on the disk. */
  public static void writeDurably(Path file, String text) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path directory = absolute.getParent();
    if (directory == null) {
      throw new IOException(file + " is no file.");
    }
    Files.createDirectories(directory);
    Path fresh = absolute.resolveSibling(absolute.getFileName() + ".new");
    Files.writeString(fresh, text, StandardCharsets.UTF_8);
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(
        fresh, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
