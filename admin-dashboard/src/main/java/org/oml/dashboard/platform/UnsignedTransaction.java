package org.oml.dashboard.platform;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;

/**
 * A transaction for somebody's own wallet.
 *
 * @param kind {@code PROPOSAL} or {@code PUBLICATION}
 * @param from who must sign; null for whoever has the shares that it takes
 * @param data in hexadecimal
 */
public record UnsignedTransaction(
    BigInteger chainId, String kind, @Nullable Address from, Address to, String data) {}
