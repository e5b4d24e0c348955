package org.oml.host.journal;

import java.math.BigInteger;
import java.time.Instant;
import org.oml.protocol.Bytes32;
import tools.jackson.databind.JsonNode;

/**
 * What the host notes of permits that it asks for, beside its answers, so that it can say itself
 * what it has had.
 *
 * @param at when it was written
 * @param kind what happened
 * @param id the query hash, or the request under which blank permits are bought
 * @param count of permits
 * @param charge for them, in units of the payment token
 */
public record UsageNote(Instant at, Kind kind, Bytes32 id, long count, BigInteger charge)
    implements JournalLine {

  /** What happened. */
  public enum Kind {
    /** A permit is being asked for. */
    ASKED,
    /** So many blank permits are being bought. */
    BUYING,
    /** What was asked for or bought is there. */
    HAD,
    /** It was refused, or never issued. */
    NOT_HAD,
    /** A person accepts what the permission service counts and this journal does not show. */
    ACCEPTED
  }

  /** A permit is being asked for. */
  public static UsageNote asked(Instant at, Bytes32 queryHash) {
    return new UsageNote(at, Kind.ASKED, queryHash, 1, BigInteger.ZERO);
  }

  /** Blank permits are being bought. */
  public static UsageNote buying(Instant at, Bytes32 requestId, int count) {
    return new UsageNote(at, Kind.BUYING, requestId, count, BigInteger.ZERO);
  }

  /** Permits are there. */
  public static UsageNote had(Instant at, Bytes32 id, long count, BigInteger charge) {
    return new UsageNote(at, Kind.HAD, id, count, charge);
  }

  /** There is nothing of what was asked for. */
  public static UsageNote notHad(Instant at, Bytes32 id) {
    return new UsageNote(at, Kind.NOT_HAD, id, 0, BigInteger.ZERO);
  }

  /** A person takes the permission service's word for so many more. */
  public static UsageNote accepted(Instant at, long count, BigInteger charge) {
    return new UsageNote(at, Kind.ACCEPTED, Bytes32.ZERO, count, charge);
  }

  @Override
  public String json() {
    return Framing.JSON
        .createObjectNode()
        .put("version", 1)
        .put("at", at.toString())
        .put("usage", kind.name())
        .put("id", id.toString())
        .put("count", Long.toString(count))
        .put("charge", charge.toString())
        .toString();
  }

  static UsageNote of(JsonNode json) {
    return new UsageNote(
        Instant.parse(json.path("at").asString()),
        Kind.valueOf(json.path("usage").asString()),
        Bytes32.parse(json.path("id").asString()),
        Long.parseLong(json.path("count").asString()),
        new BigInteger(json.path("charge").asString()));
  }
}
