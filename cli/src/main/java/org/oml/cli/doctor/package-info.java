/** What is wrong with an installation, and how to mend it. */
@NullMarked
package org.oml.cli.doctor;

import org.jspecify.annotations.NullMarked;
