/** Whether terms make honesty the cheapest thing that a host can do. */
@NullMarked
package org.oml.protocol.economics;

import org.jspecify.annotations.NullMarked;
