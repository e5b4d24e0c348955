/**
 * What the chain says of the instances that are audited: whose they are, who signs for them, what
 * their terms allow.
 */
@NullMarked
package org.oml.prover.instance;

import org.jspecify.annotations.NullMarked;
