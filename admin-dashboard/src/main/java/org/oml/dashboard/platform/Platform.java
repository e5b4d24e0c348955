package org.oml.dashboard.platform;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.oml.dashboard.DashboardSettings;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.peer.Peer;
import org.springframework.stereotype.Component;

/** The services, asked with the dashboard's account. Nothing is kept: each page asks anew. */
@Component
public final class Platform implements AutoCloseable {

  private static final String PERMISSION = "permission service";
  private static final String PROVER = "prover";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final DashboardSettings settings;
  private final Duration patience;
  private final HealthCall health;
  private final Peer permission;
  private final Peer prover;

  Platform(DashboardSettings settings) {
    SigningKey account =
        Keystore.load(settings.account().keystore(), settings.account().passwordFile());
    this.settings = settings;
    this.patience = settings.patience();
    this.health = new HealthCall(patience);
    this.permission = new Peer(settings.permissionUrl(), account);
    this.prover = new Peer(settings.proverUrl(), account);
  }

  private record Audits(List<Audit> audits) {}

  private record Cases(List<PenaltyCase> cases) {}

  /** How each service is. */
  public List<Asked<ServiceHealth>> health() {
    return List.of(
        health("registry", settings.registryUrl()),
        health(PERMISSION, settings.permissionUrl()),
        health(PROVER, settings.proverUrl()));
  }

  /** What hosts have had. */
  public Asked<TotalUsage> usage() {
    return ask(PERMISSION, () -> permission.get("/v1/usage", TotalUsage.class));
  }

  /** The newest first. */
  public Asked<List<Audit>> audits() {
    return ask(PROVER, () -> prover.get("/v1/audits", Audits.class).audits());
  }

  public Asked<Audit> audit(UUID auditId) {
    return ask(PROVER, () -> prover.get("/v1/audits/" + auditId, Audit.class));
  }

  /** The newest first. */
  public Asked<List<PenaltyCase>> cases() {
    return ask(PROVER, () -> prover.get("/v1/cases", Cases.class).cases());
  }

  public Asked<PenaltyCase> penaltyCase(UUID caseId) {
    return ask(PROVER, () -> prover.get("/v1/cases/" + caseId, PenaltyCase.class));
  }

  private Asked<ServiceHealth> health(String name, URI url) {
    return ask(name, () -> health.ask(name, url));
  }

  private <T> Asked<T> ask(String service, Callable<T> call) {
    return new Asked<>(service, threads.submit(call), patience);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
