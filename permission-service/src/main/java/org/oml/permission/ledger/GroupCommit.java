package org.oml.permission.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.oml.permission.PermissionError;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders that wait together share one transaction and one fsync. While a group is being committed
 * the next one gathers, so that a single request waits for nobody and a thousand wait for one
 * commit.
 */
final class GroupCommit implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  /** What waits is held in memory. */
  private static final int MOST_WAITING = 65_536;

  private static final int PATIENCE_SECONDS = 20;

  /**
   * Where requests come together, those that were just answered ask again in a moment. A
   * transaction costs as much as fifty permits in it, so it waits for them; a lone request never
   * does.
   */
  private static final long GATHERING_NANOS = 1_000_000;

  /** What PostgreSQL says of a row for which there is no part. */
  private static final String NO_PART = "23514";

  private sealed interface Task {}

  private record Waiting(PermitOrder order, CompletableFuture<List<Line>> recorded)
      implements Task {

    int size() {
      return order.draft().size();
    }
  }

  private record Stop() implements Task {}

  private final DataSource database;
  private final LedgerParts parts;
  private final Serials serials;
  private final int groupSize;
  private final Semaphore room = new Semaphore(MOST_WAITING);
  private final List<Writer> writers;
  private volatile boolean closing;

  /**
   * @param groupSize permits in one transaction, as far as no single order has more; at most {@link
   *     Serials#BLOCK}
   * @param writers transactions at a time
   */
  GroupCommit(DataSource database, LedgerParts parts, Serials serials, int groupSize, int writers) {
    this.database = database;
    this.parts = parts;
    this.serials = serials;
    this.groupSize = groupSize;
    this.writers = IntStream.range(0, writers).mapToObj(i -> new Writer("ledger-" + i)).toList();
  }

  /**
   * Records an order and waits until the transaction is on the disk.
   *
   * @return what there is for each of its permits
   * @throws CodedException {@link PermissionError#LEDGER_AWAY}; whether the permits are on record
   *     is then not known
   */
  List<Line> record(PermitOrder order) {
    Waiting waiting = new Waiting(order, new CompletableFuture<>());
    boolean hasRoom = false;
    try {
      hasRoom = room.tryAcquire(waiting.size(), PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (closing || !hasRoom) {
        throw away(null);
      }
      writerOf(order.account().host()).queue.put(waiting);
      return waiting.recorded().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      // A signer that is away, for instance: nothing was recorded.
      throw e.getCause() instanceof CodedException coded
          ? new CodedException(coded.code(), String.valueOf(coded.getMessage()), coded)
          : away(e);
    } catch (TimeoutException e) {
      throw away(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away(e);
    } finally {
      if (hasRoom) {
        room.release(waiting.size());
      }
    }
  }

  static CodedException away(@Nullable Exception cause) {
    return new CodedException(
        PermissionError.LEDGER_AWAY, "The permit could not be recorded.", cause);
  }

  /** Orders of one host go to one writer, so that writers seldom wait for each other's hosts. */
  private Writer writerOf(Address host) {
    return writers.get(Math.floorMod(host.hashCode(), writers.size()));
  }

  /** A thread that commits what gathers in its queue. */
  private final class Writer {

    private final BlockingQueue<Task> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private int ordersBefore;

    Writer(String name) {
      this.thread = Thread.ofPlatform().name(name).daemon().start(this::write);
    }

    private void write() {
      try {
        while (gatherAndCommit()) {
          // The next group has gathered meanwhile.
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /**
     * @return whether there may be more
     */
    private boolean gatherAndCommit() throws InterruptedException {
      List<Waiting> group = new ArrayList<>();
      Task next = gather(queue.take(), group);
      boolean crowded = group.size() > 1 || ordersBefore > 1;
      if (crowded && next == null && sizeOf(group) < groupSize) {
        LockSupport.parkNanos(GATHERING_NANOS);
        next = gather(queue.poll(), group);
      }
      ordersBefore = group.size();
      if (!group.isEmpty()) {
        commit(group);
      }
      return !(next instanceof Stop);
    }

    /**
     * Takes what waits into a group, as far as there is room.
     *
     * @return what came behind, which is no order; null if nothing did
     */
    private @Nullable Task gather(@Nullable Task first, List<Waiting> group) {
      int size = sizeOf(group);
      Task next = first;
      while (next instanceof Waiting waiting) {
        group.add(waiting);
        size += waiting.size();
        next = size < groupSize ? queue.poll() : null;
      }
      return next;
    }

    private static int sizeOf(List<Waiting> group) {
      return group.stream().mapToInt(Waiting::size).sum();
    }
  }

  private void commit(List<Waiting> group) {
    List<PermitOrder> orders = group.stream().map(Waiting::order).toList();
    try {
      List<List<Line>> lines = recordTwiceIfNeeded(orders);
      for (int i = 0; i < group.size(); i++) {
        group.get(i).recorded().complete(lines.get(i));
      }
    } catch (SQLException | RuntimeException e) {
      LOG.warn("A group of {} orders could not be recorded: {}", group.size(), e.getMessage());
      group.forEach(waiting -> waiting.recorded().completeExceptionally(e));
    }
  }

  /**
   * After a lost connection nobody knows whether the commit went through; recording again finds out
   * and adds nothing.
   */
  private List<List<Line>> recordTwiceIfNeeded(List<PermitOrder> orders) throws SQLException {
    try {
      return recordOnce(orders);
    } catch (SQLException e) {
      LOG.info("Recording {} orders again after: {}", orders.size(), e.getMessage());
      if (NO_PART.equals(e.getSQLState())) {
        addPart(orders);
      }
      return recordOnce(orders);
    }
  }

  private void addPart(List<PermitOrder> orders) throws SQLException {
    long latest =
        orders.stream().mapToLong(order -> order.draft().permit(0).issuedAt()).max().orElseThrow();
    parts.ensure(Instant.ofEpochSecond(latest));
  }

  private List<List<Line>> recordOnce(List<PermitOrder> orders) throws SQLException {
    // Before the transaction: within it, others may hold the connections and wait for its locks.
    long firstSerial = drawSerials(orders);
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        List<List<Line>> lines =
            new LedgerTransaction(connection, parts.closedParts(), firstSerial).record(orders);
        connection.commit();
        return lines;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      }
    }
  }

  private long drawSerials(List<PermitOrder> orders) {
    long single = orders.stream().filter(order -> order.draft() instanceof Draft.Alone).count();
    return single == 0 ? 0 : serials.draw((int) single);
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
      for (Writer writer : writers) {
        writer.queue.put(new Stop());
      }
      for (Writer writer : writers) {
        writer.thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
