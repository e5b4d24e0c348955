package org.oml.permission.permit;

import java.util.List;
import org.oml.permission.host.Instance;
import org.oml.permission.ledger.Entry;

/**
 * What there is for the queries of a batch.
 *
 * @param instance that is to answer them
 * @param entries in the order of the queries
 */
public record IssuedSet(Instance instance, List<Entry> entries) {}
