/** Takes the files of models in, as far as they come and on from there, each by its content. */
@NullMarked
package org.oml.registry.upload;

import org.jspecify.annotations.NullMarked;
