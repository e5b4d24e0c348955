/** The demo: two hosts, one honest and one not, from the first contract to the slash. */
@NullMarked
package org.oml.cli.demo;

import org.jspecify.annotations.NullMarked;
