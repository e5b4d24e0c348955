package org.oml.permission.host;

import java.math.BigInteger;

/**
 * How a host stands with one of its instances.
 *
 * @param instance the copy that it serves
 * @param terms that it signed
 * @param stake that answers for it
 * @param prepaid what the host has paid in for permits of the model and left there, whatever of it
 *     is spent
 */
public record Standing(Instance instance, Terms terms, Stake stake, BigInteger prepaid) {}
