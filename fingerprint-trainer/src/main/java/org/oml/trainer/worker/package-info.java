/**
 * A process that makes instances: leases jobs from a registry, trains, and hands over the instance
 * and its secrets.
 */
@NullMarked
package org.oml.trainer.worker;

import org.jspecify.annotations.NullMarked;
