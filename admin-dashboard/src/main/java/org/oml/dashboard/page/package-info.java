/** What all pages share: words for what the services answer, and pages for what fails. */
@NullMarked
package org.oml.dashboard.page;

import org.jspecify.annotations.NullMarked;
