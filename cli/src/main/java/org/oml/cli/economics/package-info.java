/** What terms are worth, before they are proposed. */
@NullMarked
package org.oml.cli.economics;

import org.jspecify.annotations.NullMarked;
