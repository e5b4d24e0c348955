/** The registry: models, hosts' instances of them, and the jobs that make those. */
@NullMarked
package org.oml.registry;

import org.jspecify.annotations.NullMarked;
