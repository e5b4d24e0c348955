package org.oml.registry.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps files together with what refers to them. A row for each file says when it was last wanted;
 * whoever refers to a file holds its row meanwhile, and so does the {@link BlobCollection}, so that
 * no file goes away between the moment that it is found and the moment that something refers to it.
 */
@Component
public final class Blobs {

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final BlobStore store;

  Blobs(JdbcClient database, TransactionTemplate transaction, BlobStore store) {
    this.database = database;
    this.transaction = transaction;
    this.store = store;
  }

  /**
   * Keeps a file that arrived and writes down what refers to it, both or neither.
   *
   * @param reference writes in this same transaction
   */
  public void keep(Staging.Arrival arrival, Runnable reference) {
    want(arrival.file());
    // Not in a transaction: a large file takes long on its way to a distant store.
    putIfMissing(arrival);
    transaction.executeWithoutResult(
        status -> {
          want(arrival.file());
          // Only if it was collected since; the row is held now.
          putIfMissing(arrival);
          reference.run();
        });
  }

  private void putIfMissing(Staging.Arrival arrival) {
    try {
      if (!store.has(arrival.file().sha256())) {
        store.put(arrival.path(), arrival.file());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The store cannot be written", e);
    }
  }

  /** Within a transaction the row is held until its end. */
  private void want(StoredFile file) {
    database
        .sql(
            """
            insert into blob (sha256, size) values (:sha256, :size)
            on conflict (sha256) do update set used_at = now()
            """)
        .param("sha256", file.sha256().toBytes())
        .param("size", file.size())
        .update();
  }
}
