/** The models, their terms and who has an instance. */
@NullMarked
package org.oml.dashboard.model;

import org.jspecify.annotations.NullMarked;
