package org.oml.servicekit.peer;

import org.oml.protocol.ErrorCode;

/**
 * What another service answered in place of a result.
 *
 * @param peerStatus the HTTP status of its answer
 * @param code of its problem detail
 * @param next step that it advises
 */
public record PeerError(int peerStatus, String code, String next) implements ErrorCode {

  /** A refusal by a peer is nothing that the caller of this service did: bad gateway. */
  @Override
  public int status() {
    return 502;
  }
}
