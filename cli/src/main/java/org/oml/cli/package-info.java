/** The command line: one verb for each thing that a person does, whatever the role. */
@NullMarked
package org.oml.cli;

import org.jspecify.annotations.NullMarked;
