package org.oml.servicekit.identity;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The nonces of answered challenges, shared by all instances of a service. */
final class UsedNonces {

  private final JdbcClient database;
  private final Clock clock;

  UsedNonces(JdbcClient database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * @return whether this was its first use
   */
  boolean use(String nonce, Instant expiresAt) {
    database
        .sql(
            """
            delete from used_nonce where nonce in
              (select nonce from used_nonce where expires_at < :now limit 100 for update skip locked)
            """)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
    return database
            .sql(
                """
                insert into used_nonce (nonce, expires_at) values (:nonce, :expiresAt)
                on conflict do nothing
                """)
            .param("nonce", nonce)
            .param("expiresAt", expiresAt.atOffset(ZoneOffset.UTC))
            .update()
        == 1;
  }
}
