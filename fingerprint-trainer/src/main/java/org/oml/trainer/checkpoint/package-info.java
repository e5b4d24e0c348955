/** Models on disk in Hugging Face layout: read strictly, written whole or not at all. */
@NullMarked
package org.oml.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;
