/** The making of instances. */
@NullMarked
package org.oml.dashboard.training;

import org.jspecify.annotations.NullMarked;
