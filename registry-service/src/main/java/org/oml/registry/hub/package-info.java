/**
 * The read interface of the Hugging Face Hub over a host's own instances, so that the tools which
 * hosts have download them as they are.
 */
@NullMarked
package org.oml.registry.hub;

import org.jspecify.annotations.NullMarked;
