/** The page that shows the whole platform. */
@NullMarked
package org.oml.dashboard.overview;

import org.jspecify.annotations.NullMarked;
