/**
 * Says who calls: accounts sign in with their wallet (EIP-4361) and carry a short-lived token from
 * then on.
 */
@NullMarked
package org.oml.servicekit.identity;

import org.jspecify.annotations.NullMarked;
