/** Says how far a model is from the one that it was made from, on text that neither wrote. */
@NullMarked
package org.oml.trainer.comparison;

import org.jspecify.annotations.NullMarked;
