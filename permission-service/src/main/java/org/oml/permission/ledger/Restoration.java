package org.oml.permission.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.IssuedPermit;

/**
 * Makes of rows the permits as they were answered. One of a batch needs the whole batch, which is
 * read once; in the thread of whoever asks, so that it holds nobody else up.
 */
final class Restoration {

  private final DataSource database;
  private final Map<StoredPermit.Batch, List<BatchedPermit>> batches = new HashMap<>();

  Restoration(DataSource database) {
    this.database = database;
  }

  IssuedPermit asAnswered(StoredPermit stored) {
    return stored
        .alone()
        .orElseGet(
            () -> {
              StoredPermit.Batch batch = stored.batch().orElseThrow();
              return batches
                  .computeIfAbsent(batch, wanted -> read(stored, wanted))
                  .get((int) (stored.permit().serial() - batch.firstSerial()));
            });
  }

  private List<BatchedPermit> read(StoredPermit one, StoredPermit.Batch batch) {
    try (Connection connection = database.getConnection()) {
      return PermitRows.batch(connection, one, batch);
    } catch (SQLException e) {
      throw GroupCommit.away(e);
    }
  }
}
