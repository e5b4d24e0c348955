/**
 * A chain in memory that does to sender and reader whatever a real one may: everything follows from
 * a seed, and time passes when it is told to.
 */
@NullMarked
package org.oml.chain.simulation;

import org.jspecify.annotations.NullMarked;
