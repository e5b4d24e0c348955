/** What attacks left of instances, as an operator had it tried. */
@NullMarked
package org.oml.dashboard.attack;

import org.jspecify.annotations.NullMarked;
