package org.oml.dashboard.platform;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.oml.dashboard.DashboardSettings;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.peer.Peer;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** The services, asked with the dashboard's account. Nothing is kept: each page asks anew. */
@Component
public final class Platform implements AutoCloseable {

  private static final String REGISTRY = "registry";
  private static final String PERMISSION = "permission service";
  private static final String PROVER = "prover";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Address address;
  private final DashboardSettings settings;
  private final Duration patience;
  private final HealthCall health;
  private final Peer registry;
  private final Peer permission;
  private final Peer prover;

  Platform(DashboardSettings settings) {
    SigningKey account =
        Keystore.load(settings.account().keystore(), settings.account().passwordFile());
    this.address = account.address();
    this.settings = settings;
    this.patience = settings.patience();
    this.health = new HealthCall(patience);
    this.registry = new Peer(settings.registryUrl(), account);
    this.permission = new Peer(settings.permissionUrl(), account);
    this.prover = new Peer(settings.proverUrl(), account);
  }

  /** The account with which the services are asked. */
  public Address address() {
    return address;
  }

  private record Audits(List<Audit> audits) {}

  private record Cases(List<PenaltyCase> cases) {}

  private record Trials(List<PanelTrial> plans) {}

  private record Hosts(List<Host> hosts) {}

  private record Epochs(List<Epoch> epochs) {}

  private record Charges(List<EpochCharge> charges) {}

  private record Models(List<HostedModel> models) {}

  private record Aliases(Map<String, String> aliases) {}

  private record TermsHistory(List<Terms> terms) {}

  private record Instances(List<ModelInstance> instances) {}

  private record Stocks(List<Stock> instances) {}

  private record Suspensions(List<Suspension> suspensions) {}

  private record Movements(List<Movement> movements) {}

  private record Schedules(List<Schedule> schedules) {}

  private record Jobs(List<Job> jobs) {}

  /** How each service is. */
  public List<Asked<ServiceHealth>> health() {
    return List.of(
        health(REGISTRY, settings.registryUrl()),
        health(PERMISSION, settings.permissionUrl()),
        health(PROVER, settings.proverUrl()));
  }

  /** What hosts have had. */
  public Asked<TotalUsage> usage() {
    return ask(PERMISSION, () -> permission.get("/v1/usage", TotalUsage.class));
  }

  /**
   * Permits by hour of all hosts.
   *
   * @param hours 1 to 168
   */
  public Asked<HourlyUsage> usageByHour(int hours) {
    return ask(
        PERMISSION, () -> permission.get("/v1/usage/hours?hours=" + hours, HourlyUsage.class));
  }

  /**
   * Permits by hour of one host.
   *
   * @param hours 1 to 168
   */
  public Asked<HourlyUsage> usageByHour(int hours, Address host) {
    return ask(
        PERMISSION,
        () ->
            permission.get("/v1/usage/hours?hours=" + hours + "&host=" + host, HourlyUsage.class));
  }

  /** Those with the most permits first; a host of two models is there twice. */
  public Asked<List<Host>> hosts() {
    return ask(PERMISSION, () -> permission.get("/v1/hosts", Hosts.class).hosts());
  }

  /** What a host's stake and balance are made of, the newest first. */
  public Asked<List<Movement>> movements(Address host) {
    return ask(
        PERMISSION,
        () -> permission.get("/v1/hosts/" + host + "/movements", Movements.class).movements());
  }

  /** Hosts that get no permits since an admin said so. */
  public Asked<List<Suspension>> withoutPermits() {
    return suspensions(PERMISSION, permission);
  }

  /** Hosts that download nothing since an admin said so. */
  public Asked<List<Suspension>> withoutDownloads() {
    return suspensions(REGISTRY, registry);
  }

  private Asked<List<Suspension>> suspensions(String service, Peer peer) {
    return ask(service, () -> peer.get("/v1/suspensions", Suspensions.class).suspensions());
  }

  /** Has a host get no permits, and download nothing: each service for itself. */
  public List<Asked<List<Suspension>>> suspend(Address host, String reason) {
    return change("/v1/hosts/" + host + "/suspend", Map.of("reason", reason));
  }

  /** Ends that at both. */
  public List<Asked<List<Suspension>>> lift(Address host) {
    return change("/v1/hosts/" + host + "/lift", Map.of());
  }

  private List<Asked<List<Suspension>>> change(String path, Map<String, String> body) {
    return List.of(
        ask(PERMISSION, () -> permission.post(path, body, Suspensions.class).suspensions()),
        ask(REGISTRY, () -> registry.post(path, body, Suspensions.class).suspensions()));
  }

  public Asked<ChainStatus> chain() {
    return ask(PERMISSION, () -> permission.get("/v1/chain", ChainStatus.class));
  }

  /** Where a transaction is. */
  public Asked<Mined> transaction(Bytes32 hash) {
    return ask(PERMISSION, () -> permission.get("/v1/chain/transactions/" + hash, Mined.class));
  }

  /** The newest first. */
  public Asked<List<Epoch>> epochs() {
    return ask(PERMISSION, () -> permission.get("/v1/epochs/recent", Epochs.class).epochs());
  }

  public Asked<Epoch> epoch(Bytes32 modelId, long number) {
    return ask(PERMISSION, () -> permission.get(epochPath(modelId, number, ""), Epoch.class));
  }

  /** What the chain has of an epoch. */
  public Asked<ChainEpoch> epochOnChain(Bytes32 modelId, long number) {
    return ask(
        PERMISSION, () -> permission.get(epochPath(modelId, number, "/chain"), ChainEpoch.class));
  }

  /** The first 5,000. */
  public Asked<List<EpochCharge>> charges(Bytes32 modelId, long number) {
    return ask(
        PERMISSION,
        () -> permission.get(epochPath(modelId, number, "/charges"), Charges.class).charges());
  }

  private static String epochPath(Bytes32 modelId, long number, String rest) {
    return "/v1/epochs/" + number + rest + "?modelId=" + modelId;
  }

  public Asked<List<HostedModel>> models() {
    return ask(REGISTRY, () -> registry.get("/v1/models", Models.class).models());
  }

  /**
   * @param name community and model, with a slash between
   */
  public Asked<HostedModel> model(String name) {
    return ask(REGISTRY, () -> registry.get("/v1/models/" + name, HostedModel.class));
  }

  public Asked<Revisions> revisions(String name) {
    return ask(REGISTRY, () -> registry.get("/v1/models/" + name + "/revisions", Revisions.class));
  }

  /** All versions, the newest first. */
  public Asked<List<Terms>> terms(String name) {
    return ask(
        REGISTRY, () -> registry.get("/v1/models/" + name + "/terms", TermsHistory.class).terms());
  }

  /** Has an alias name a revision; answers the aliases. */
  public Asked<Map<String, String>> point(String name, String alias, String revision) {
    return ask(
        REGISTRY,
        () ->
            registry
                .post(
                    "/v1/models/" + name + "/aliases",
                    Map.of("alias", alias, "revision", revision),
                    Aliases.class)
                .aliases());
  }

  /**
   * What brings new terms, once a wallet signs it.
   *
   * @param terms with the version that they would have
   */
  public Asked<UnsignedTransaction> transactionOf(String name, Terms terms, String description) {
    return ask(
        REGISTRY,
        () ->
            registry.post(
                "/v1/models/" + name + "/terms/transaction",
                Map.of("terms", terms, "description", description),
                UnsignedTransaction.class));
  }

  /** The newest first. */
  public Asked<List<ModelInstance>> instances(String name) {
    return ask(
        REGISTRY,
        () -> registry.get("/v1/models/" + name + "/instances", Instances.class).instances());
  }

  /** The newest first. */
  public Asked<List<Job>> jobs() {
    return ask(REGISTRY, () -> registry.get("/v1/jobs", Jobs.class).jobs());
  }

  public Asked<Training> training(UUID jobId) {
    return ask(REGISTRY, () -> registry.get("/v1/jobs/" + jobId, Training.class));
  }

  /** Ends a job. */
  public Asked<Training> cancel(UUID jobId) {
    return act(jobId, "cancel");
  }

  /** Has a failed job tried again. */
  public Asked<Training> retry(UUID jobId) {
    return act(jobId, "retry");
  }

  private Asked<Training> act(UUID jobId, String what) {
    return ask(
        REGISTRY, () -> registry.post("/v1/jobs/" + jobId + "/" + what, Map.of(), Training.class));
  }

  public Asked<Governance> governance() {
    return ask(REGISTRY, () -> registry.get("/v1/governance", Governance.class));
  }

  /** Fingerprints that are left, the scarcest first. */
  public Asked<List<Stock>> stock() {
    return ask(PROVER, () -> prover.get("/v1/vault/stock", Stocks.class).instances());
  }

  public Asked<List<Schedule>> schedules() {
    return ask(PROVER, () -> prover.get("/v1/schedules", Schedules.class).schedules());
  }

  /** Everything about a case, from the commitment on. */
  public Asked<JsonNode> dossier(UUID caseId) {
    return ask(PROVER, () -> prover.get("/v1/cases/" + caseId + "/dossier", JsonNode.class));
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

  public Asked<List<PanelTrial>> panelTrials() {
    return ask(PROVER, () -> prover.get("/v1/plans", Trials.class).plans());
  }

  /** One case N or T, with how it goes. */
  public Asked<PanelTrial> panelTrial(UUID planUuid) {
    return ask(PROVER, () -> prover.get("/v1/plans/" + planUuid, PanelTrial.class));
  }

  /** All that there is to a plan, once it is opened at the court. */
  public Asked<JsonNode> panelDossier(UUID planUuid) {
    return ask(PROVER, () -> prover.get("/v1/plans/" + planUuid + "/dossier", JsonNode.class));
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
