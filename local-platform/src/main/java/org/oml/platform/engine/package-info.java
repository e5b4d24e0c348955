/**
 * Serves a GGUF model over the OpenAI API with llama.cpp: an inference engine as a host might run
 * it, which knows nothing of permits or receipts.
 */
@NullMarked
package org.oml.platform.engine;

import org.jspecify.annotations.NullMarked;
