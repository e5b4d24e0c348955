/** How the model in the box was made: its texts, its training, and what it is compared with. */
@NullMarked
package org.oml.trainer.pretraining;

import org.jspecify.annotations.NullMarked;
