/** Models in GGUF, the format of llama.cpp and the engines built on it. */
@NullMarked
package org.oml.trainer.gguf;

import org.jspecify.annotations.NullMarked;
