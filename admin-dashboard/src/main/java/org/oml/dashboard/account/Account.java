package org.oml.dashboard.account;

import java.time.Instant;

/**
 * Somebody who may sign in.
 *
 * @param name lower case, as it is typed
 * @param hash of the password, Argon2id
 */
public record Account(String name, Role role, String hash, Instant createdAt) {}
