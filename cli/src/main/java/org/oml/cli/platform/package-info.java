/** The platform on this machine: its accounts, its services, up, down and status. */
@NullMarked
package org.oml.cli.platform;

import org.jspecify.annotations.NullMarked;
