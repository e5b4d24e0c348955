package org.oml.registry.job;

import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.oml.registry.RegistryProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The secrets from which the fingerprints follow that the instances of a model share, where the
 * settings say that they do. A secret is kept before a worker sees it: an instance of another code
 * than its siblings' could not be traced with them.
 */
@Component
final class Codes {

  /** Instances count from one, so that no instance's seed is the code's. */
  private static final int ORDINAL = 0;

  private final JdbcClient database;
  private final Seeds seeds;
  private final RegistryProperties.Fingerprints fingerprints;

  Codes(JdbcClient database, Seeds seeds, RegistryProperties properties) {
    this.database = database;
    this.seeds = seeds;
    this.fingerprints = properties.fingerprints();
  }

  /** The secret of a model's code; empty where each instance has fingerprints of its own. */
  Optional<Bytes32> secretOf(Bytes32 modelId) {
    if (fingerprints.symbols() == 0) {
      return Optional.empty();
    }
    database
        .sql(
            """
            insert into tracing_code (model_id, positions, symbols, secret)
            values (:model, :positions, :symbols, :secret)
            on conflict do nothing
            """)
        .param("model", modelId.toBytes())
        .param("positions", fingerprints.count())
        .param("symbols", fingerprints.symbols())
        .param("secret", seeds.draw(modelId, ORDINAL).toBytes())
        .update();
    return Optional.of(
        database
            .sql(
                """
                select secret from tracing_code
                where model_id = :model and positions = :positions and symbols = :symbols
                """)
            .param("model", modelId.toBytes())
            .param("positions", fingerprints.count())
            .param("symbols", fingerprints.symbols())
            .query((row, number) -> Bytes32.of(row.getBytes("secret")))
            .single());
  }
}
