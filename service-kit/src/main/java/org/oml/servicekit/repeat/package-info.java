/** Work that is looked for again and again, as long as a service runs. */
@NullMarked
package org.oml.servicekit.repeat;

import org.jspecify.annotations.NullMarked;
