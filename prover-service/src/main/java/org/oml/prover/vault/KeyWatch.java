package org.oml.prover.vault;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.servicekit.observability.HealthWarning;

/**
 * Warns in time when an instance's keys run out. {@link SuccessorRequests} asks its host for a new
 * one.
 */
final class KeyWatch implements HealthWarning, MeterBinder {

  private static final Duration FRESH = Duration.ofSeconds(30);

  private final Vault vault;
  private final VaultSettings settings;
  private List<KeyStock> latest = List.of();
  private Instant latestAt = Instant.EPOCH;

  KeyWatch(Vault vault, VaultSettings settings) {
    this.vault = vault;
    this.settings = settings;
  }

  List<KeyStock> stock() {
    return vault.stock(settings.rateWindow());
  }

  /** Whether a new instance is needed before long. */
  boolean isScarce(KeyStock stock) {
    return stock.keysLeft() < settings.warnBelow()
        || stock.lasts().filter(left -> left.compareTo(settings.warnBefore()) <= 0).isPresent();
  }

  @Override
  public Optional<CodedException> find() {
    List<KeyStock> scarce = lately().stream().filter(this::isScarce).toList();
    if (scarce.isEmpty()) {
      return Optional.empty();
    }
    KeyStock first = scarce.getFirst();
    return Optional.of(
        new CodedException(
            ProverError.KEYS_RUN_OUT,
            "Keys run out of %d instances; %s of host %s has %d of %d left."
                .formatted(
                    scarce.size(),
                    first.instanceId(),
                    first.host(),
                    first.keysLeft(),
                    first.keys())));
  }

  /**
   * Measures {@code oml.prover.keys.left}, the keys of the instance that has the fewest, and {@code
   * oml.prover.instances.scarce}, the instances that need a successor before long.
   */
  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder(
            "oml.prover.keys.left",
            this,
            watch -> watch.lately().stream().mapToInt(KeyStock::keysLeft).min().orElse(0))
        .register(registry);
    Gauge.builder(
            "oml.prover.instances.scarce",
            this,
            watch -> watch.lately().stream().filter(watch::isScarce).count())
        .register(registry);
  }

  /** Health and metrics are asked often, and the answer changes slowly. */
  private synchronized List<KeyStock> lately() {
    Instant now = Instant.now();
    if (Duration.between(latestAt, now).compareTo(FRESH) > 0) {
      latest = stock();
      latestAt = now;
    }
    return latest;
  }
}
