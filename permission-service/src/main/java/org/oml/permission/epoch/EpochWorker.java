package org.oml.permission.epoch;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.oml.permission.PermissionError;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.servicekit.observability.HealthWarning;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes epochs and takes each model's open one further; a model that is stuck holds up no other.
 */
public final class EpochWorker implements HealthWarning {

  private static final Logger LOG = LoggerFactory.getLogger(EpochWorker.class);
  private static final Duration QUIET = Duration.ofSeconds(30);

  private final Turns turns;
  private final EpochCloser closer;
  private final RefusedCharges refused;
  private final EpochStore epochs;
  private final @Nullable EpochSettler settler;
  private final Map<Bytes32, CodedException> stuck = new ConcurrentHashMap<>();
  private Instant lastLogged = Instant.EPOCH;

  /**
   * @param settler null where another process settles
   */
  EpochWorker(
      Turns turns,
      EpochCloser closer,
      RefusedCharges refused,
      EpochStore epochs,
      @Nullable EpochSettler settler) {
    this.turns = turns;
    this.closer = closer;
    this.refused = refused;
    this.epochs = epochs;
    this.settler = settler;
  }

  /** An epoch that cannot go on. */
  @Override
  public Optional<CodedException> find() {
    return stuck.values().stream().findFirst();
  }

  /** Takes everything as far as it goes now, unless another process does. */
  void advance() {
    turns.take(this::look);
  }

  /** Said at most every half a minute: the next round says the same. */
  void failed(RuntimeException reason) {
    log("Epochs wait", reason);
  }

  private void look() {
    closer.close();
    if (settler != null) {
      epochs.next().forEach(epoch -> advance(settler, epoch));
      refused.learn();
    }
  }

  private void advance(EpochSettler settling, Epoch epoch) {
    try {
      settling.advance(epoch);
      stuck.remove(epoch.key().modelId());
    } catch (RuntimeException e) {
      String detail = "Epoch %s waits: %s".formatted(epoch.key(), e.getMessage());
      stuck.put(epoch.key().modelId(), new CodedException(PermissionError.EPOCH_STUCK, detail, e));
      log("Epoch " + epoch.key() + " waits", e);
    }
  }

  private void log(String what, RuntimeException e) {
    if (Instant.now().isAfter(lastLogged.plus(QUIET))) {
      lastLogged = Instant.now();
      if (e instanceof CodedException coded) {
        LOG.warn("{}: {} ({})", what, e.getMessage(), coded.code().code());
      } else {
        LOG.warn("{}", what, e);
      }
    }
  }
}
