/** What a person does on the chain with an account of their own. */
@NullMarked
package org.oml.cli.chain;

import org.jspecify.annotations.NullMarked;
