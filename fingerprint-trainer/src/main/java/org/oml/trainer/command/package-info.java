/** What a person does with models and fingerprints on the command line. */
@NullMarked
package org.oml.trainer.command;

import org.jspecify.annotations.NullMarked;
