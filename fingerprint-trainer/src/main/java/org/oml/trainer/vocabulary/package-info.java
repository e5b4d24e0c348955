/**
 * What every token of a model stands for: its bytes, its place among special tokens, and the forms
 * in which an engine is asked.
 */
@NullMarked
package org.oml.trainer.vocabulary;

import org.jspecify.annotations.NullMarked;
