package org.oml.protocol.tracing;

import java.util.OptionalInt;

/**
 * What was answered to the key of a position.
 *
 * @param position in the code
 * @param response which of the position's responses was given, from 0; empty for any other answer
 */
public record CodeAnswer(int position, OptionalInt response) {}
