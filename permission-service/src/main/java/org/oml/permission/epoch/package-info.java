/** Epochs: permits are cut into them, posted on chain and charged to their hosts, each once. */
@NullMarked
package org.oml.permission.epoch;

import org.jspecify.annotations.NullMarked;
