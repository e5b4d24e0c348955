/** Who may see the pages: whoever knows the admin's password. */
@NullMarked
package org.oml.dashboard.signin;

import org.jspecify.annotations.NullMarked;
