package org.oml.host;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keystore;
import org.oml.protocol.Manifest;
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
   * @throws CodedException {@link HostError#MANIFEST_INVALID}, {@link HostError#ADDRESSES_INVALID}
   *     or {@link HostError#KEY_INVALID}, when a file is not what it should be
   */
  public static HostIdentity read(
      Path manifest, Path addressesFile, Path keystore, Path passwordFile) {
    Manifest.Instance instance = instance(manifest);
    return new HostIdentity(
        instance.modelId(),
        instance.instanceId(),
        instance.host(),
        domain(addressesFile),
        key(keystore, passwordFile));
  }

  private static Manifest.Instance instance(Path manifest) {
    try {
      return Manifest.parse(Files.readAllBytes(manifest))
          .instance()
          .orElseThrow(
              () ->
                  new CodedException(
                      HostError.MANIFEST_INVALID, manifest + " is the manifest of a base model."));
    } catch (IOException e) {
      throw new CodedException(HostError.MANIFEST_INVALID, manifest + " cannot be read.", e);
    }
  }

  private static SigningDomain domain(Path addressesFile) {
    try {
      JsonNode addresses = JSON.readTree(Files.readAllBytes(addressesFile));
      if (addresses.path("version").asInt(0) != 1) {
        throw new CodedException(
            HostError.ADDRESSES_INVALID, addressesFile + " is not of version 1.");
      }
      return new SigningDomain(
          new BigInteger(addresses.path("chainId").asString("")),
          Address.parse(addresses.path("contracts").path("PermitLedger").asString("")));
    } catch (IOException | JacksonException | NumberFormatException e) {
      throw new CodedException(HostError.ADDRESSES_INVALID, addressesFile + " cannot be read.", e);
    }
  }

  /**
   * Opens a key.
   *
   * @throws CodedException {@link HostError#KEY_INVALID}
   */
  public static SigningKey key(Path keystore, Path passwordFile) {
    try {
      return Keystore.load(keystore, passwordFile);
    } catch (CodedException e) {
      throw new CodedException(HostError.KEY_INVALID, String.valueOf(e.getMessage()), e);
    }
  }
}
