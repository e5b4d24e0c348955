/** How values of the protocol stand in the columns of entities. */
@NullMarked
package org.oml.registry.database;

import org.jspecify.annotations.NullMarked;
