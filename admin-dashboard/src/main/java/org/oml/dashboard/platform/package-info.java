/** What the services say of themselves, asked over HTTP. */
@NullMarked
package org.oml.dashboard.platform;

import org.jspecify.annotations.NullMarked;
