/** What a host must have signed and staked before an instance is made for it. */
@NullMarked
package org.oml.registry.licence;

import org.jspecify.annotations.NullMarked;
