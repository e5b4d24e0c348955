package org.oml.permission.host;

/**
 * How a host stands with one of its instances.
 *
 * @param instance the copy that it serves
 * @param terms that it signed
 * @param stake that answers for it
 * @param prepaid what the host has paid in for permits of the model
 */
public record Standing(Instance instance, Terms terms, Stake stake, Prepaid prepaid) {}
