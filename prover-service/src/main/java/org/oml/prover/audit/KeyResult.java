package org.oml.prover.audit;

import org.oml.prover.evidence.Finding;

/**
 * What asking one key came to.
 *
 * @param answered whether there was an answer at all
 * @param matched whether it was the fingerprint's
 * @param finding what its receipt proves
 */
record KeyResult(boolean answered, boolean matched, Finding finding) {}
