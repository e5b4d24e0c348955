package org.oml.registry.publication;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The account with which the registry posts instances.
 *
 * @param keystore Web3 Secret Storage V3
 * @param passwordFile with its password
 */
@ConfigurationProperties("oml.registry.account")
record AccountProperties(@Nullable Path keystore, @Nullable Path passwordFile) {

  SigningKey load() {
    if (keystore == null || passwordFile == null) {
      throw new CodedException(
          ServiceError.SETTING_MISSING,
          "oml.registry.account."
              + (keystore == null ? "keystore" : "password-file")
              + " is not set: instances are posted with the account that it opens.");
    }
    return Keystore.load(keystore, passwordFile);
  }
}
