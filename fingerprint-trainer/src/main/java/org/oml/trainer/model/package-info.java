/**
 * The Llama architecture as a TorchScript program: logits, sampling with a cache, gradients and
 * AdamW.
 */
@NullMarked
package org.oml.trainer.model;

import org.jspecify.annotations.NullMarked;
