/**
 * Keeps files by what they hold: a blob's name is its SHA-256, and it is visible only once it is
 * whole.
 */
@NullMarked
package org.oml.registry.blob;

import org.jspecify.annotations.NullMarked;
