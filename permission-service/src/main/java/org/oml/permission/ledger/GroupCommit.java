package org.oml.permission.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.oml.permission.PermissionError;
import org.oml.protocol.CodedException;
import org.oml.protocol.SignedPermit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Permits that wait together share one transaction and one fsync. While a group is being committed
 * the next one gathers, so that a single request waits for nobody and a thousand wait for one
 * commit.
 */
final class GroupCommit implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
  private static final int WAITING = 16_384;
  private static final int PATIENCE_SECONDS = 20;

  private sealed interface Task {}

  private record Waiting(PermitRequest request, CompletableFuture<Optional<SignedPermit>> recorded)
      implements Task {}

  private record Stop() implements Task {}

  private final DataSource database;
  private final int groupSize;
  private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(WAITING);
  private final Thread writer;
  private volatile boolean closing;

  /**
   * @param groupSize permits in one transaction at most
   */
  GroupCommit(DataSource database, int groupSize) {
    this.database = database;
    this.groupSize = groupSize;
    this.writer = Thread.ofPlatform().name("ledger").daemon().start(this::write);
  }

  /**
   * Records a permit and waits until the transaction is on the disk.
   *
   * @return what is on record for its query hash and host
   * @throws CodedException {@link PermissionError#BALANCE_TOO_SMALL}, or {@link
   *     PermissionError#LEDGER_AWAY}; whether the permit is on record is then not known
   */
  SignedPermit record(PermitRequest request) {
    Waiting waiting = new Waiting(request, new CompletableFuture<>());
    try {
      if (closing || !queue.offer(waiting, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw away(null);
      }
      return waiting
          .recorded()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .orElseThrow(() -> unpaid(request));
    } catch (ExecutionException | TimeoutException e) {
      throw away(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away(e);
    }
  }

  private static CodedException unpaid(PermitRequest request) {
    return new CodedException(
        PermissionError.BALANCE_TOO_SMALL,
        "The host %s has paid in %s, which its permits have used up; one costs %s."
            .formatted(
                request.permit().permit().host(),
                request.prepaid(),
                request.permit().permit().price()));
  }

  private static CodedException away(@Nullable Exception cause) {
    return new CodedException(
        PermissionError.LEDGER_AWAY, "The permit could not be recorded.", cause);
  }

  private void write() {
    List<Task> tasks = new ArrayList<>();
    boolean open = true;
    while (open) {
      try {
        tasks.add(queue.take());
        queue.drainTo(tasks, groupSize - 1);
        open = !tasks.removeIf(Stop.class::isInstance);
        commit(tasks.stream().map(Waiting.class::cast).toList());
        tasks.clear();
      } catch (InterruptedException e) {
        open = false;
      }
    }
  }

  private void commit(List<Waiting> group) {
    TreeMap<PermitTable.Key, PermitRequest> requests = new TreeMap<>();
    group.forEach(waiting -> requests.putIfAbsent(keyOf(waiting), waiting.request()));
    try {
      Map<PermitTable.Key, SignedPermit> recorded = recordTwiceIfNeeded(requests);
      group.forEach(
          waiting ->
              waiting.recorded().complete(Optional.ofNullable(recorded.get(keyOf(waiting)))));
    } catch (SQLException | RuntimeException e) {
      LOG.warn("A group of {} permits could not be recorded: {}", group.size(), e.getMessage());
      group.forEach(waiting -> waiting.recorded().completeExceptionally(e));
    }
  }

  private static PermitTable.Key keyOf(Waiting waiting) {
    return PermitTable.Key.of(waiting.request().permit());
  }

  /**
   * After a lost connection nobody knows whether the commit went through; recording again finds out
   * and adds nothing.
   */
  private Map<PermitTable.Key, SignedPermit> recordTwiceIfNeeded(
      SortedMap<PermitTable.Key, PermitRequest> requests) throws SQLException {
    if (requests.isEmpty()) {
      return Map.of();
    }
    try {
      return recordOnce(requests);
    } catch (SQLException e) {
      LOG.info("Recording {} permits again after: {}", requests.size(), e.getMessage());
      return recordOnce(requests);
    }
  }

  private Map<PermitTable.Key, SignedPermit> recordOnce(
      SortedMap<PermitTable.Key, PermitRequest> requests) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Map<PermitTable.Key, SignedPermit> recorded = PermitTable.record(connection, requests);
        connection.commit();
        return recorded;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      }
    }
  }

  private static void rollBack(Connection connection, Exception reason) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }

  /** Records what still waits. */
  @Override
  public void close() {
    closing = true;
    try {
      queue.put(new Stop());
      writer.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
