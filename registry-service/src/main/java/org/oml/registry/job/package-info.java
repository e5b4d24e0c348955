/** Hands the making of instances to workers by lease, and takes back what they made. */
@NullMarked
package org.oml.registry.job;

import org.jspecify.annotations.NullMarked;
