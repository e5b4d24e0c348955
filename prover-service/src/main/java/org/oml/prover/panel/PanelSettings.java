package org.oml.prover.panel;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How panels are convened and sat on.
 *
 * @param seat whether the account takes a seat, for which it pays a bond, and asks for other
 *     provers' plans
 * @param peers the other provers whose plans it asks
 * @param poll how often plans and seats are looked at
 * @param missingAnswers keys that a host answered without a receipt, from which on it is taken to a
 *     panel; 0 for never
 * @param missingWithin how far back they count
 * @param questionsPerMember at least 1; a plan has fewer where keys are few
 * @param coversPerMember harmless texts that a member asks among its questions
 * @param spread the part of the time for answering within which members begin, from 0 to 0.5
 */
@ConfigurationProperties("oml.prover.panel")
record PanelSettings(
    @DefaultValue("false") boolean seat,
    @DefaultValue List<Peer> peers,
    @DefaultValue("5s") Duration poll,
    @DefaultValue("10") int missingAnswers,
    @DefaultValue("7d") Duration missingWithin,
    @DefaultValue("6") int questionsPerMember,
    @DefaultValue("6") int coversPerMember,
    @DefaultValue("0.5") double spread) {

  /**
   * Another prover.
   *
   * @param account with which it commits to plans
   * @param url where its service is
   */
  record Peer(String account, URI url) {

    Address address() {
      return Address.parse(account);
    }
  }

  private static final int MOST_EACH = 14;
  private static final int MOST_COVERS = 100;

  /** Refuses settings with which no panel would come to anything. */
  PanelSettings {
    peers = List.copyOf(peers);
    require(poll.isPositive(), "poll", "must be longer than nothing");
    require(missingAnswers >= 0, "missing-answers", "must be 0 or more");
    require(missingWithin.isPositive(), "missing-within", "must be longer than nothing");
    require(
        questionsPerMember >= 1 && questionsPerMember <= MOST_EACH,
        "questions-per-member",
        "must be from 1 to 14");
    require(
        coversPerMember >= 0 && coversPerMember <= MOST_COVERS,
        "covers-per-member",
        "must be from 0 to 100");
    require(spread >= 0 && spread <= 0.5, "spread", "must be from 0 to 0.5");
    for (Peer peer : peers) {
      requireSound(peer);
    }
  }

  private static void requireSound(Peer peer) {
    String scheme = peer.url().getScheme();
    require(
        ("http".equals(scheme) || "https".equals(scheme)) && peer.url().getHost() != null,
        "peers.url",
        "must be the address of an HTTP server");
    try {
      peer.address();
    } catch (CodedException e) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.prover.panel.peers.account: " + e.getMessage(), e);
    }
  }

  private static void require(boolean holds, String name, String otherwise) {
    if (!holds) {
      throw new CodedException(
          ServiceError.SETTING_INVALID, "oml.prover.panel." + name + " " + otherwise + ".");
    }
  }
}
