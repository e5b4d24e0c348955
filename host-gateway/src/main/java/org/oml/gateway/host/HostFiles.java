package org.oml.gateway.host;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.oml.gateway.GatewayError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reads who the gateway answers for from the files that lie on the host's machine. */
public final class HostFiles {

  private static final ObjectMapper JSON = new ObjectMapper();

  private HostFiles() {}

  /**
   * @param manifest the {@code oml.json} of the instance
   * @param addressesFile the platform's contracts
   * @param keystore the gateway key
   * @param passwordFile its password
   * @throws CodedException {@link GatewayError#MANIFEST_INVALID}, {@link
   *     GatewayError#ADDRESSES_INVALID} or {@link GatewayError#KEY_INVALID}, when a file is not
   *     what it should be
   */
  public static HostIdentity read(
      Path manifest, Path addressesFile, Path keystore, Path passwordFile) {
    SigningDomain domain = read(addressesFile, GatewayError.ADDRESSES_INVALID, HostFiles::domain);
    SigningKey key = key(keystore, passwordFile);
    return read(
        manifest, GatewayError.MANIFEST_INVALID, instance -> identity(instance, domain, key));
  }

  private static HostIdentity identity(JsonNode instance, SigningDomain domain, SigningKey key) {
    if (instance.path("version").asInt(0) != 1
        || !instance.path("kind").asString("").equals("instance")) {
      throw new IllegalArgumentException("not the manifest of an instance, version 1");
    }
    Bytes32 modelId = Bytes32.parse(instance.path("modelId").asString(""));
    Bytes32 instanceId = Bytes32.parse(instance.path("instanceId").asString(""));
    Address wallet = Address.parse(instance.path("host").asString(""));
    return new HostIdentity(modelId, instanceId, wallet, domain, key);
  }

  private static SigningDomain domain(JsonNode addresses) {
    if (addresses.path("version").asInt(0) != 1) {
      throw new IllegalArgumentException("not an addresses file, version 1");
    }
    return new SigningDomain(
        new BigInteger(addresses.path("chainId").asString("")),
        Address.parse(addresses.path("contracts").path("PermitLedger").asString("")));
  }

  private static SigningKey key(Path keystore, Path passwordFile) {
    try {
      return Keystore.load(keystore, passwordFile);
    } catch (CodedException e) {
      throw new CodedException(GatewayError.KEY_INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  private static <T> T read(Path file, GatewayError error, Function<JsonNode, T> reader) {
    try {
      return reader.apply(JSON.readTree(Files.readAllBytes(file)));
    } catch (IOException | JacksonException e) {
      throw new CodedException(error, file + " cannot be read as JSON.", e);
    } catch (CodedException | IllegalArgumentException e) {
      throw new CodedException(error, file + " does not hold what it should: " + e.getMessage(), e);
    }
  }
}
