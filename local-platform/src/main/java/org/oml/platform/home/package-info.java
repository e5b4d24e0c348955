/**
 * Where a local platform lives: its directory, its ports, the errors it reports and the systems it
 * runs on.
 */
@NullMarked
package org.oml.platform.home;

import org.jspecify.annotations.NullMarked;
