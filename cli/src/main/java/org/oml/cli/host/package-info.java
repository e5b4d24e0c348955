/** A host: stakes, signs the licence, fetches its instance, serves it. */
@NullMarked
package org.oml.cli.host;

import org.jspecify.annotations.NullMarked;
