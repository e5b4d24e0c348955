/** Measures the service over HTTP; run by {@code permission-service/bench/permits.sh}. */
@NullMarked
package org.oml.permission.bench;

import org.jspecify.annotations.NullMarked;
