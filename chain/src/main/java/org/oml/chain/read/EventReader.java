package org.oml.chain.read;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.oml.chain.Block;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.ChainSettings;
import org.oml.chain.RecordedChain;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Event;
import org.web3j.protocol.core.methods.response.Log;

/**
 * Hands every event of some contracts to its handler, in the chain's order. What a handler writes
 * and the reader's place are one database transaction, so each event is handled once however often
 * the process dies. When a reorganisation takes blocks away, the {@link RollbackHandler}s forget
 * what they made of them, again in one transaction with the place.
 *
 * <pre>{@code
 * EventReader reader = EventReader.named("registry", database, client, settings)
 *     .from(addresses.deployedAtBlock())
 *     .on(registry, ModelRegistry.INSTANCEPUBLISHED_EVENT, ModelRegistry::getInstancePublishedEventFromLog,
 *         (event, position) -> instances.published(event.instanceId, position))
 *     .onRollback(firstLostBlock -> instances.forgetFrom(firstLostBlock))
 *     .start();
 * }</pre>
 *
 * <p>Only blocks with {@code finalityDepth} blocks on top are read. Several processes may run the
 * same reader: one of them reads a block, the others see it read.
 */
public final class EventReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);

  private final ChainClient client;
  private final ChainSettings settings;
  private final RecordedChain chain;
  private final ReaderPlace place;
  private final BlockLogs logs;
  private final TransactionTemplate transactions;
  private final String name;
  private final List<Registration<?>> registrations;
  private final List<RollbackHandler> rollbacks;
  private final long firstBlock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Thread loop;

  private EventReader(Builder builder) {
    this.name = builder.name;
    this.client = builder.client;
    this.settings = builder.settings;
    this.chain = new RecordedChain(builder.database, builder.client);
    this.place = new ReaderPlace(JdbcClient.create(builder.database), name);
    this.transactions = new TransactionTemplate(new JdbcTransactionManager(builder.database));
    this.registrations = List.copyOf(builder.registrations);
    this.rollbacks = List.copyOf(builder.rollbacks);
    this.firstBlock = builder.firstBlock;
    Set<Address> contracts = new HashSet<>();
    registrations.forEach(registration -> contracts.add(registration.contract()));
    this.logs = new BlockLogs(client, contracts);
  }

  /**
   * @param name of the reader in the database: a reader with this name goes on where it was
   * @param database in whose schema {@link org.oml.chain.ChainSchema} was migrated
   */
  public static Builder named(
      String name, DataSource database, ChainClient client, ChainSettings settings) {
    return new Builder(name, database, client, settings);
  }

  /** Reads up to the newest block. {@link Builder#start} calls it again and again. */
  public void readAvailable() {
    Block head = client.head();
    chain.verify(head);
    boolean more = true;
    while (more && closed.getCount() > 0) {
      more = readOnce(head.number() - settings.finalityDepth());
    }
  }

  /** The last block that was read, or empty before the first. */
  public Optional<Long> lastBlock() {
    return place.find().map(Place::number);
  }

  @Override
  public void close() {
    closed.countDown();
    Thread running;
    synchronized (this) {
      running = loop;
      loop = null;
    }
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(15));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized EventReader begin() {
    loop = Thread.ofVirtual().name("chain-reader-" + name).start(this::run);
    return this;
  }

  private void run() {
    long quietUntil = System.nanoTime();
    do {
      try {
        readAvailable();
      } catch (RuntimeException | Error e) { // a reader that died of it would be missed by nobody
        if (System.nanoTime() - quietUntil >= 0) {
          LOG.warn("The reader {} goes on after: {}", name, e.getMessage(), e);
          quietUntil = System.nanoTime() + 30_000_000_000L;
        }
      }
    } while (!closedWithinPoll());
  }

  private boolean closedWithinPoll() {
    try {
      return closed.await(settings.pollInterval().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /**
   * Whether something was read or taken back. That the place is still in the chain is seen by the
   * parent of what comes next, and asked for where nothing does.
   */
  private boolean readOnce(long readable) {
    Optional<Place> current = place.find();
    long next = current.map(found -> found.number() + 1).orElse(firstBlock);
    Optional<BlockLogs.Batch> batch =
        next > readable ? Optional.empty() : logs.read(next, readable);
    if (batch.isPresent() && continues(batch.get(), current)) {
      handle(current.orElse(null), batch.get());
      return true;
    }
    if (current.isPresent() && !isCanonical(current.get())) {
      rollBack(current.get());
      return true;
    }
    return false; // nothing new, or nodes disagree behind one address: look again later
  }

  private static boolean continues(BlockLogs.Batch batch, Optional<Place> current) {
    return current.isEmpty() || batch.parent().equals(current.get().hash());
  }

  private boolean isCanonical(Place read) {
    return client.block(read.number()).map(Block::hash).filter(read.hash()::equals).isPresent();
  }

  private void handle(@Nullable Place expected, BlockLogs.Batch batch) {
    transactions.executeWithoutResult(
        status -> {
          if (!place.lockedAt(expected)) {
            return;
          }
          batch.logs().forEach(this::dispatch);
          place.advance(batch.last(), batch.lastHash());
        });
  }

  private void dispatch(Log log) {
    String topic = log.getTopics().isEmpty() ? "" : log.getTopics().getFirst();
    Address contract = Address.parse(log.getAddress());
    for (Registration<?> registration : registrations) {
      if (registration.topic().equals(topic) && registration.contract().equals(contract)) {
        registration.handle(log);
      }
    }
  }

  private void rollBack(Place lost) {
    List<Place> recent = place.recent();
    Optional<Place> common = recent.stream().filter(this::isCanonical).findFirst();
    if (common.isEmpty() && !everythingReadIsIn(recent)) {
      throw new CodedException(
          ChainError.REORG_TOO_DEEP,
          "The reader %s knows no block that is still in the chain.".formatted(name));
    }
    long firstLost = common.map(found -> found.number() + 1).orElse(firstBlock);
    transactions.executeWithoutResult(
        status -> {
          if (!place.lockedAt(lost)) {
            return;
          }
          LOG.info(
              "The reader {} reads again from block {}: the chain was reorganised.",
              name,
              firstLost);
          for (RollbackHandler handler : rollbacks) {
            handler.forgetFrom(firstLost);
          }
          common.ifPresentOrElse(place::goBack, place::forget);
        });
  }

  /** Then the reorganisation reaches to before the first block, and nothing that was read stays. */
  private boolean everythingReadIsIn(List<Place> recent) {
    return !recent.isEmpty() && recent.getLast().number() <= firstBlock;
  }

  /** What a reader reads and what it does with it. */
  public static final class Builder {

    private final String name;
    private final DataSource database;
    private final ChainClient client;
    private final ChainSettings settings;
    private final List<Registration<?>> registrations = new ArrayList<>();
    private final List<RollbackHandler> rollbacks = new ArrayList<>();
    private long firstBlock;

    private Builder(String name, DataSource database, ChainClient client, ChainSettings settings) {
      this.name = name;
      this.database = database;
      this.client = client;
      this.settings = settings;
    }

    /** The first block to read, where the reader has not read any. */
    public Builder from(long block) {
      this.firstBlock = block;
      return this;
    }

    /**
     * @param contract that emits
     * @param event a constant of its binding
     * @param decoder the binding's method for this event
     * @param handler what to do; runs in the reader's database transaction
     */
    public <E> Builder on(
        Address contract, Event event, Function<Log, E> decoder, EventHandler<E> handler) {
      registrations.add(new Registration<>(contract, EventEncoder.encode(event), decoder, handler));
      return this;
    }

    /** What to do when blocks are taken away; runs in the reader's database transaction. */
    public Builder onRollback(RollbackHandler handler) {
      rollbacks.add(handler);
      return this;
    }

    /** A reader that reads when {@link EventReader#readAvailable} is called. */
    public EventReader build() {
      return new EventReader(this);
    }

    /** A reader with a thread of its own, until it is closed. */
    public EventReader start() {
      return build().begin();
    }
  }

  /** An event of a contract and what to do with it. */
  private record Registration<E>(
      Address contract, String topic, Function<Log, E> decoder, EventHandler<E> handler) {

    void handle(Log log) {
      handler.handle(
          decoder.apply(log),
          new EventPosition(
              log.getBlockNumber().longValueExact(),
              Bytes32.parse(Objects.requireNonNull(log.getBlockHash())),
              Bytes32.parse(Objects.requireNonNull(log.getTransactionHash())),
              log.getLogIndex().longValueExact()));
    }
  }
}
