package org.oml.chain.send;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.ChainSettings;
import org.oml.chain.RecordedChain;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningKey;
import org.oml.protocol.span.Traces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends the transactions of one account. An intent is in the database before anything leaves; its
 * nonce and its signed transaction are too, so whatever dies and whenever, the same bytes are sent
 * again and can be mined once only. Several processes may share the account.
 *
 * <p>An intent is tried against the newest block before it gets a nonce. Where one depends on
 * another (an approval, then what spends it), {@link #await} the first before submitting the
 * second.
 */
public final class TransactionSender implements AutoCloseable, MeterBinder {

  private static final Logger LOG = LoggerFactory.getLogger(TransactionSender.class);
  private static final Duration AWAIT_PAUSE = Duration.ofMillis(50);

  private final ChainClient client;
  private final Address account;
  private final IntentStore intents;
  private final IntentProgress progress;
  private final BalanceWatch balance;
  private final SenderCounters counters = new SenderCounters();
  private final IntentTraces traces = new IntentTraces();
  private final Duration pollInterval;
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Thread loop;

  /**
   * Signs with a key, and keeps calls in the database as they are.
   *
   * @param database in whose schema {@link org.oml.chain.ChainSchema} was migrated; {@link #submit}
   *     joins the caller's transaction on it
   * @param key of the account, which nothing else uses
   */
  public TransactionSender(
      DataSource database, ChainClient client, SigningKey key, ChainSettings settings) {
    this(
        database,
        client,
        new TransactionSigner(key, client.chainId()),
        settings,
        SenderLimits.DEFAULT,
        null);
  }

  /**
   * @param database in whose schema {@link org.oml.chain.ChainSchema} was migrated; {@link #submit}
   *     joins the caller's transaction on it
   * @param signer of the account, which nothing else uses
   * @param seal for calls that nobody may read before they are sent, or null
   */
  public TransactionSender(
      DataSource database,
      ChainClient client,
      Signer signer,
      ChainSettings settings,
      SenderLimits limits,
      @Nullable PayloadSeal seal) {
    this(database, client, signer, settings, limits, seal, InstantSource.system());
  }

  TransactionSender(
      DataSource database,
      ChainClient client,
      Signer signer,
      ChainSettings settings,
      SenderLimits limits,
      @Nullable PayloadSeal seal,
      InstantSource clock) {
    this.client = client;
    this.account = signer.account();
    JdbcClient jdbc = JdbcClient.create(database);
    Payloads payloads = new Payloads(seal);
    this.intents = new IntentStore(jdbc, client.chainId(), account, payloads);
    this.balance = new BalanceWatch(client, account, limits, clock);
    this.progress =
        new IntentProgress(
            new SenderParts(
                client,
                new RecordedChain(database, client),
                intents,
                new AttemptStore(jdbc, payloads),
                new NonceStore(jdbc, client.chainId(), account),
                new TransactionTemplate(new JdbcTransactionManager(database)),
                signer,
                settings,
                limits,
                counters,
                traces,
                clock));
    this.pollInterval = settings.pollInterval();
  }

  /** The account that sends. */
  public Address account() {
    return account;
  }

  /**
   * Looks after open intents in a thread of its own until closed, beginning with what a former
   * process left.
   */
  public synchronized void start() {
    if (loop == null && closed.getCount() > 0) {
      loop = Thread.ofVirtual().name("chain-sender").start(this::run);
    }
  }

  /**
   * Keeps an intent; from then on it is sent until it ends. The same intent again is no second one.
   *
   * @throws CodedException {@link ChainError#REVERTED} if the contract would refuse it now, in
   *     which case nothing is kept; {@link ChainError#INTENT_CONFLICT} if the key is taken by
   *     another transaction
   */
  public Submission submit(Intent intent) {
    Optional<StoredIntent> known = intents.byKey(intent.key());
    if (known.isEmpty()) {
      known = Traces.step("submit transaction", () -> insert(intent));
    }
    if (known.isPresent() && !known.get().intent().equals(intent)) {
      throw new CodedException(
          ChainError.INTENT_CONFLICT,
          "The key %s is taken by another transaction.".formatted(intent.key()));
    }
    return find(intent.key()).orElseThrow();
  }

  /**
   * Submits an intent as {@link #submit(Intent)} does, and another like it in the place of one that
   * failed for its block alone. Each is tried against the newest block before it is sent.
   *
   * @param attempts in all, at least 1
   */
  public Submission submit(Intent intent, int attempts) {
    Submission submission = submit(intent);
    for (int attempt = 2; attempt <= attempts && submission.failedForItsBlock(); attempt++) {
      submission = submit(intent.again(attempt));
    }
    return submission;
  }

  /** What became of the last attempt of an intent that was submitted with several. */
  public Optional<Submission> findLast(String key, int attempts) {
    Optional<Submission> last = find(key);
    for (int attempt = 2; attempt <= attempts && last.isPresent(); attempt++) {
      Optional<Submission> another = find(Intent.attempt(key, attempt));
      if (another.isEmpty()) {
        return last;
      }
      last = another;
    }
    return last;
  }

  private Optional<StoredIntent> insert(Intent intent) {
    client.simulate(account, intent.recipient(), intent.data());
    intents.insert(intent);
    traces.submitted(intent.key());
    return intents.byKey(intent.key());
  }

  /** What became of an intent. */
  public Optional<Submission> find(String key) {
    return intents.submission(key);
  }

  /**
   * Waits until an intent is in a final block.
   *
   * @throws CodedException {@link ChainError#TRANSACTION_FAILED} with the contract's error if it
   *     failed; {@link ChainError#TIMEOUT} if it takes longer, while it goes on; {@link
   *     ChainError#INTENT_UNKNOWN}
   */
  public Submission await(String key, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Submission submission =
          find(key)
              .orElseThrow(
                  () ->
                      new CodedException(
                          ChainError.INTENT_UNKNOWN, "There is no intent %s.".formatted(key)));
      switch (submission.state()) {
        case FINAL -> {
          return submission;
        }
        case FAILED ->
            throw new CodedException(
                ChainError.TRANSACTION_FAILED,
                "%s failed: %s.".formatted(key, submission.failure()));
        case PREPARED, BROADCAST, MINED -> pause(key, deadline);
      }
    }
  }

  /** Takes every open intent as far as it goes now. {@link #start} calls it again and again. */
  public void advance() {
    balance.look();
    progress.advance();
  }

  /**
   * What a person should see to although everything still goes on: {@link ChainError#BALANCE_LOW}.
   */
  public Optional<CodedException> warning() {
    return balance.warning();
  }

  /**
   * Measures, each with the account as a tag: {@code oml.chain.intents} by state, {@code
   * oml.chain.oldest} (seconds since the oldest open intent was submitted), {@code
   * oml.chain.balance} (ether), {@code oml.chain.balance.low} (1 below the alarm), and the counts
   * {@code oml.chain.bumps}, {@code oml.chain.refusals}, {@code oml.chain.cancellations}.
   */
  @Override
  public void bindTo(MeterRegistry registry) {
    Tags tags = Tags.of("account", account.toString());
    for (IntentState state : IntentState.values()) {
      Gauge.builder("oml.chain.intents", intents, store -> store.count(state))
          .tags(tags.and("state", state.name()))
          .register(registry);
    }
    Gauge.builder("oml.chain.oldest", intents, IntentStore::oldestAge)
        .tags(tags)
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("oml.chain.balance", balance, BalanceWatch::ether).tags(tags).register(registry);
    Gauge.builder("oml.chain.balance.low", balance, watch -> watch.warning().isPresent() ? 1 : 0)
        .tags(tags)
        .register(registry);
    count(registry, tags, "oml.chain.bumps", counters.bumps());
    count(registry, tags, "oml.chain.refusals", counters.refusals());
    count(registry, tags, "oml.chain.cancellations", counters.cancellations());
  }

  private static void count(MeterRegistry registry, Tags tags, String name, AtomicLong counted) {
    FunctionCounter.builder(name, counted, AtomicLong::get).tags(tags).register(registry);
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

  private void run() {
    Instant quietUntil = Instant.EPOCH;
    do {
      try {
        advance();
      } catch (RuntimeException | Error e) { // a sender that died of it would be missed by nobody
        if (Instant.now().isAfter(quietUntil)) {
          LOG.warn("The sender of {} goes on after: {}", account, e.getMessage(), e);
          quietUntil = Instant.now().plusSeconds(30);
        }
      }
    } while (!closedWithinPoll());
  }

  private boolean closedWithinPoll() {
    try {
      return closed.await(pollInterval.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static void pause(String key, long deadline) {
    if (System.nanoTime() - deadline > 0) {
      throw new CodedException(ChainError.TIMEOUT, "%s is not final yet.".formatted(key));
    }
    try {
      Thread.sleep(AWAIT_PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(
          ChainError.TIMEOUT, "The wait for %s was interrupted.".formatted(key), e);
    }
  }
}
