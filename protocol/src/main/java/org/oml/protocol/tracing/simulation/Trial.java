package org.oml.protocol.tracing.simulation;

/**
 * What came of one leak.
 *
 * @param detected whether one or more of the coalition were named
 * @param falselyAccused whether an innocent was named
 * @param leaderGuilty whether the highest score was one of the coalition's
 * @param leaderRarity natural logarithm of (a bound of) the probability that an innocent scores as
 *     high as the highest
 * @param guiltyRarity the same for the coalition's highest
 */
public record Trial(
    boolean detected,
    boolean falselyAccused,
    boolean leaderGuilty,
    double leaderRarity,
    double guiltyRarity) {}
