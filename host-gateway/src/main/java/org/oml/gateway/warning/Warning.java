package org.oml.gateway.warning;

/** What a host is warned of. */
public enum Warning {
  /** A case was opened against the host. */
  CASE_OPENED,
  /** A case was rebutted, and that is final. */
  CASE_REBUTTED,
  /** A case cannot be answered at the moment; the text says why. */
  CASE_UNANSWERED,
  /** The court convicted the host. */
  CASE_LOST,
  /** What was paid in advance is enough for few queries. */
  BALANCE_LOW,
  /** The stake that is not held for cases is below what the terms ask for. */
  STAKE_LOW,
  /** The account that sends rebuttals could not pay for one. */
  GAS_LOW,
  /** The gateway key is replaced, now or soon. */
  GATEWAY_KEY_EXPIRES,
  /** A permit signer that the settings name is retired, now or soon. */
  PERMIT_SIGNER_EXPIRES,
  /** The instance's fingerprint keys run out: the community wants a new one in its place. */
  SUCCESSOR_WANTED,
  /** The permission service refuses permits. */
  PERMITS_REFUSED,
  /** The permission service does not take what the host acknowledges. */
  ACKNOWLEDGEMENT_REFUSED,
  /** The chain cannot be read: nobody watches for cases. */
  CHAIN_UNREACHABLE
}
