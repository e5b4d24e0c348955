/** The kit as a service sees it, with a real server and a real database. */
@NullMarked
package org.oml.servicekit;

import org.jspecify.annotations.NullMarked;
