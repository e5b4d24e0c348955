/** What the community's dashboards see of models, instances and the community's decisions. */
@NullMarked
package org.oml.registry.oversight;

import org.jspecify.annotations.NullMarked;
