/**
 * Says how a service is: health that means something, and a request id in every line of the log.
 */
@NullMarked
package org.oml.servicekit.observability;

import org.jspecify.annotations.NullMarked;
