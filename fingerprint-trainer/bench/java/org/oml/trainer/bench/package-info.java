/** Measurements of the trainer that take too long for a test; each is a program of its own. */
@NullMarked
package org.oml.trainer.bench;

import org.jspecify.annotations.NullMarked;
