/**
 * Starts processes that outlive whoever started them, knows them again, waits for their health,
 * restarts and stops them.
 */
@NullMarked
package org.oml.platform.process;

import org.jspecify.annotations.NullMarked;
