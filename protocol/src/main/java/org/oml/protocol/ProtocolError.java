package org.oml.protocol;

/** What can be wrong with something that the protocol defines. */
public enum ProtocolError implements ErrorCode {
  HEX_INVALID(
      "Send 0x followed by lower-case hexadecimal digits of the length that the field has."),
  ADDRESS_INVALID("Send the address with 0x, 40 hexadecimal digits and the checksum of EIP-55."),
  SIGNATURE_INVALID(
      "Sign again with secp256k1, low s and v of 27 or 28, over the digest that the protocol defines."),
  KEYSTORE_INVALID("Give a Web3 Secret Storage V3 file and the file with its password."),
  VALUE_OUT_OF_RANGE("Use a value that is not negative and fits the member's type."),
  PERMIT_MALFORMED(
      "Send the permit string as it was issued, oml1.<fields>.<signature> or"
          + " omlb1.<fields>.<path>.<signature>."),
  PERMIT_EXPIRED("Ask the permission service for a permit for a new query."),
  PERMIT_FROM_THE_FUTURE("Set this machine's clock, or ask for the permit again."),
  PERMIT_LIVES_TOO_LONG("Ask the permission service for a permit that lives at most ten minutes."),
  PERMIT_FOR_ANOTHER_QUERY("Send the permit that was issued for this query's hash."),
  PERMIT_FOR_ANOTHER_HOST("Send the permit that was issued to this host."),
  PERMIT_SIGNER_UNKNOWN(
      "Fetch the permit from the operator's service, whose keys the permit ledger lists."),
  RECEIPT_MALFORMED("Send the receipt string as it was issued, omlr1.<fields>.<signature>."),
  QUERY_MALFORMED(
      "Send a JSON object as the OpenAI interface has it, with a last user text, and without duplicate keys."),
  MANIFEST_INVALID("Write oml.json anew from the directory, or fetch the directory again."),
  SIGN_IN_MALFORMED("Ask for a new challenge and sign its text unchanged.");

  private final String next;

  ProtocolError(String next) {
    this.next = next;
  }

  @Override
  public String code() {
    return "PROTOCOL_" + name();
  }

  @Override
  public String next() {
    return next;
  }
}
