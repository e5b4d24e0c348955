/** Makes ready what a platform in containers needs. */
@org.jspecify.annotations.NullMarked
package org.oml.cli.deployment;
