/** Draws curves as SVG that reads in light and in dark and needs nothing from elsewhere. */
@NullMarked
package org.oml.trainer.chart;

import org.jspecify.annotations.NullMarked;
