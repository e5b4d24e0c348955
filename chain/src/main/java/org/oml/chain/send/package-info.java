/**
 * Sends transactions that are never lost and never sent twice: the intent is in the database before
 * anything leaves, and ends FINAL or FAILED however often the process dies.
 */
@NullMarked
package org.oml.chain.send;

import org.jspecify.annotations.NullMarked;
