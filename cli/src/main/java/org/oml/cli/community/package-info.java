/** The community that owns a model: registers it, publishes it, names its terms. */
@NullMarked
package org.oml.cli.community;

import org.jspecify.annotations.NullMarked;
