package org.oml.gateway.chain;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import org.oml.host.HostError;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The platform's contracts, as far as a host's defence needs them.
 *
 * @param chainId of EIP-155
 * @param deployedAtBlock no event of them is older
 */
public record Contracts(
    BigInteger chainId,
    long deployedAtBlock,
    Address registry,
    Address staking,
    Address ledger,
    Address court,
    Address panelCourt,
    Address proverRegistry) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads an addresses file.
   *
   * @throws CodedException {@link HostError#ADDRESSES_INVALID} if it lacks one
   */
  public static Contracts read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      JsonNode contracts = json.path("contracts");
      return new Contracts(
          new BigInteger(json.path("chainId").asString("")),
          Long.parseLong(json.path("deployedAtBlock").asString("0")),
          address(contracts, "ModelRegistry"),
          address(contracts, "HostStaking"),
          address(contracts, "PermitLedger"),
          address(contracts, "PenaltyCourt"),
          address(contracts, "PanelCourt"),
          address(contracts, "ProverRegistry"));
    } catch (IOException | JacksonException | NumberFormatException | CodedException e) {
      throw new CodedException(
          HostError.ADDRESSES_INVALID,
          file + " does not name all contracts that the defence needs.",
          e);
    }
  }

  private static Address address(JsonNode contracts, String name) {
    return Address.parse(contracts.path(name).asString(""));
  }
}
