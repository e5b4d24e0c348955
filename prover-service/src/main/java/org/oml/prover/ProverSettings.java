package org.oml.prover;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who the prover is, and who may do what with it.
 *
 * @param account with which it sends transactions and signs in at the permission service; it needs
 *     gas and bonds
 * @param workers addresses that put secrets into the vault
 * @param operators addresses that order audits and see them
 */
@ConfigurationProperties("oml.prover")
public record ProverSettings(
    @DefaultValue Account account,
    @DefaultValue List<String> workers,
    @DefaultValue List<String> operators) {

  /**
   * An account's key.
   *
   * @param keystore Web3 Secret Storage V3
   * @param passwordFile its password
   */
  public record Account(@Nullable Path keystore, @Nullable Path passwordFile) {}

  /** Refuses what is no address. */
  public ProverSettings {
    workers = List.copyOf(workers);
    operators = List.copyOf(operators);
    requireAddresses(workers, "workers");
    requireAddresses(operators, "operators");
  }

  /** The accounts of the workers. */
  public Set<Address> workerAccounts() {
    return addresses(workers);
  }

  /** The accounts of the operators. */
  public Set<Address> operatorAccounts() {
    return addresses(operators);
  }

  private static void requireAddresses(List<String> texts, String name) {
    try {
      addresses(texts);
    } catch (CodedException e) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.prover." + name + ": " + e.getMessage(), e);
    }
  }

  private static Set<Address> addresses(List<String> texts) {
    return texts.stream()
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .map(Address::parse)
        .collect(Collectors.toUnmodifiableSet());
  }
}
