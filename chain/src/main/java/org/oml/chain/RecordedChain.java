package org.oml.chain;

import java.math.BigDecimal;
import java.util.Optional;
import javax.sql.DataSource;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The chain that the tables of sender and reader are of. A development chain that was wiped has the
 * same identifier and none of the blocks: to go on there would send again what was done on the
 * chain before.
 */
public final class RecordedChain {

  private final JdbcClient database;
  private final ChainClient client;
  private final BigDecimal chainId;
  private volatile long newestSeen = -1;

  public RecordedChain(DataSource database, ChainClient client) {
    this.database = JdbcClient.create(database);
    this.client = client;
    this.chainId = new BigDecimal(client.chainId());
  }

  /**
   * Looks at the first block when it is asked for the first time, and whenever the chain has become
   * shorter, as one that was started anew has.
   *
   * @param head the newest block
   * @throws CodedException {@link ChainError#REPLACED}
   */
  public void verify(Block head) {
    if (newestSeen < 0 || head.number() < newestSeen) {
      verify();
    }
    newestSeen = head.number();
  }

  /**
   * Looks in any case. A node that does not have the first block leaves the question open.
   *
   * @throws CodedException {@link ChainError#REPLACED}
   */
  public void verify() {
    client.block(0).map(Block::hash).ifPresent(this::verify);
  }

  private void verify(Bytes32 genesis) {
    if (!recorded().orElseGet(() -> record(genesis)).equals(genesis)) {
      throw new CodedException(
          ChainError.REPLACED,
          "The node's chain %s is not the one that the database knows: its first block is another."
              .formatted(chainId));
    }
  }

  private Bytes32 record(Bytes32 genesis) {
    database
        .sql(
            "insert into chain_network (chain_id, genesis_hash) values (:chain, :genesis)"
                + " on conflict do nothing")
        .param("chain", chainId)
        .param("genesis", genesis.toBytes())
        .update();
    return recorded().orElseThrow();
  }

  private Optional<Bytes32> recorded() {
    return database
        .sql("select genesis_hash from chain_network where chain_id = :chain")
        .param("chain", chainId)
        .query((row, index) -> Bytes32.of(row.getBytes("genesis_hash")))
        .optional();
  }
}
