/**
 * What a person sees while work goes on: steps with their time on stderr, tables, and JSON on
 * stdout.
 */
@NullMarked
package org.oml.cli.terminal;

import org.jspecify.annotations.NullMarked;
