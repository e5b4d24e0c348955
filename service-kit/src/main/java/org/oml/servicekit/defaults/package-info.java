/** What every service sets alike, so that no service repeats it. */
@NullMarked
package org.oml.servicekit.defaults;

import org.jspecify.annotations.NullMarked;
