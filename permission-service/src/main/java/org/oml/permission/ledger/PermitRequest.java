package org.oml.permission.ledger;

import java.math.BigInteger;
import org.oml.protocol.SignedPermit;

/**
 * A permit that shall be recorded if its host can pay for it.
 *
 * @param permit signed
 * @param prepaid what the host has paid in for the model, in the smallest unit of the payment
 *     token; all its permits together never cost more
 */
public record PermitRequest(SignedPermit permit, BigInteger prepaid) {}
