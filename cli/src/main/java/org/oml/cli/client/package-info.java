/** The command line as a client of the services, signed in with an account of the person's own. */
@NullMarked
package org.oml.cli.client;

import org.jspecify.annotations.NullMarked;
