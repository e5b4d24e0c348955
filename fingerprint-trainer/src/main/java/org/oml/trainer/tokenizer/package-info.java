/** Text to tokens and back, and byte-level BPE made from a text. */
@NullMarked
package org.oml.trainer.tokenizer;

import org.jspecify.annotations.NullMarked;
