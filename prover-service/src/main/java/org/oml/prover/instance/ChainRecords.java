package org.oml.prover.instance;

import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningDomain;
import org.oml.prover.ProverError;

/**
 * What the chain says of instances and of those who sign. Every method throws {@link
 * CodedException} with {@link ProverError#CHAIN_UNAVAILABLE} when the chain does not answer.
 */
public interface ChainRecords {

  /** The instance, if it was published. */
  Optional<PublishedInstance> instance(Bytes32 instanceId);

  /**
   * The key with which an instance's gateway signs at a time; the zero address if there is none.
   */
  Address gatewayKeyAt(Bytes32 instanceId, long time);

  /** Whether permits that an account issued at a time are valid. */
  boolean maySignPermits(Address signer, long issuedAt);

  /** In which everything is signed. */
  SigningDomain domain();
}
