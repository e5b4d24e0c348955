/**
 * How fast files go out, beside a server that does nothing else, and what instances cost to keep.
 */
@NullMarked
package org.oml.registry.bench;

import org.jspecify.annotations.NullMarked;
