/** Makes ready what a platform in containers needs. */
@NullMarked
package org.oml.cli.deployment;

import org.jspecify.annotations.NullMarked;
