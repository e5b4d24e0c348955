/** Sign-in at a provider of OpenID Connect. */
@NullMarked
package org.oml.dashboard.openid;

import org.jspecify.annotations.NullMarked;
