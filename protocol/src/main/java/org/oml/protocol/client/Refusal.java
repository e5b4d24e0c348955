package org.oml.protocol.client;

import org.oml.protocol.ErrorCode;

/**
 * What a service answered in place of a result: its own problem detail (RFC 9457).
 *
 * @param status of HTTP
 * @param code of the problem
 * @param next step that it advises
 */
public record Refusal(int status, String code, String next) implements ErrorCode {}
