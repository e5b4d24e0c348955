package org.oml.prover.vault;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.prover.ProverError;
import org.oml.prover.ProverSettings;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells operators how many keys are left. */
@RestController
final class StockEndpoints {

  private final KeyWatch watch;
  private final ProverSettings settings;

  StockEndpoints(KeyWatch watch, ProverSettings settings) {
    this.watch = watch;
    this.settings = settings;
  }

  /**
   * @param runsOutAt at the present rate; null if no key was asked lately
   * @param needsSuccessor whether the host should ask for a new instance now
   */
  record Stock(
      Bytes32 instanceId,
      String model,
      Address host,
      int keys,
      int keysLeft,
      int keysHeld,
      double spentPerDay,
      @Nullable Instant runsOutAt,
      boolean needsSuccessor) {}

  record Stocks(List<Stock> instances) {}

  @GetMapping("/v1/vault/stock")
  Stocks stock(Caller caller) {
    caller.requireOneOf(settings.operatorAccounts(), ProverError.NOT_ALLOWED);
    return new Stocks(watch.stock().stream().map(this::view).toList());
  }

  private Stock view(KeyStock stock) {
    return new Stock(
        stock.instanceId(),
        stock.model(),
        stock.host(),
        stock.keys(),
        stock.keysLeft(),
        stock.keysHeld(),
        stock.spentPerDay(),
        stock
            .lasts()
            .map(left -> Instant.now().plus(left).truncatedTo(ChronoUnit.SECONDS))
            .orElse(null),
        watch.isScarce(stock));
  }
}
