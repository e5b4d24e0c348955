/** Who may sign in beside the owner of the password file, and what each may do. */
@NullMarked
package org.oml.dashboard.account;

import org.jspecify.annotations.NullMarked;
