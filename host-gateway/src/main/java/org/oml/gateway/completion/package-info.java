/** Answers users: one query, one permit, one answer with its receipts, streamed or not. */
@NullMarked
package org.oml.gateway.completion;

import org.jspecify.annotations.NullMarked;
