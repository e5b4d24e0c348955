package org.oml.chain.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.Service;

/**
 * Where processes of one run after the other are at home: the connection to the database and the
 * client's side of JSON-RPC are dear to set up, and have no memory of a run.
 */
final class Machine extends Service {

  private final MortalConnection connection;
  private @Nullable SimulatedNode node;

  Machine(DataSource database) throws SQLException {
    super(false);
    this.connection = new MortalConnection(database);
  }

  MortalConnection connection() {
    return connection;
  }

  /** From now on this is the node that answers. */
  void attach(SimulatedNode answering) {
    node = answering;
  }

  @Override
  protected InputStream performIO(String payload) throws IOException {
    if (node == null) {
      throw new IOException("there is no node");
    }
    return node.request(payload);
  }

  @Override
  public void close() {}
}
