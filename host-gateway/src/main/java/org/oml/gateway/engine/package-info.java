/**
 * The inference engine behind the gateway, any that speaks the OpenAI interface: asked with the
 * client's own bytes, read with time limits.
 */
@NullMarked
package org.oml.gateway.engine;

import org.jspecify.annotations.NullMarked;
