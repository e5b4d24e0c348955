package org.oml.cli.demo;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.oml.cli.host.Host;
import org.oml.cli.platform.Foundation;
import org.oml.cli.platform.Services;
import org.oml.cli.terminal.Amounts;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.process.JavaProgram;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.trainer.gguf.GgufExport;
import org.oml.trainer.gguf.GgufType;

/** One of the demo's hosts: its wallet, its instance, its engine and its gateway. */
final class DemoHost {

  private static final long PREPAID_TOKENS = 10;

  /**
   * The year 2100: the instance's id follows from the signed acceptance, and a seed is to repeat
   * it.
   */
  private static final Instant ACCEPTANCE_DEADLINE = Instant.parse("2100-01-01T00:00:00Z");

  /** How the demo's hosts differ. */
  enum Conduct {
    HONEST,
    FREELOADER
  }

  private final Conduct conduct;
  private final int number;
  private final Foundation foundation;
  private final PlatformSettings settings;
  private final Host host;
  private final Bytes32 modelId;
  private Bytes32 instanceId = Bytes32.ZERO;

  DemoHost(Conduct conduct, int number, Foundation foundation, Bytes32 modelId) {
    this.conduct = conduct;
    this.number = number;
    this.foundation = foundation;
    this.modelId = modelId;
    settings = foundation.platform().settings();
    foundation.endow(name());
    host = new Host(foundation.onChain(name()), foundation.registry(name()));
  }

  String name() {
    return conduct.name().toLowerCase(Locale.ROOT);
  }

  Conduct conduct() {
    return conduct;
  }

  Bytes32 modelId() {
    return modelId;
  }

  Bytes32 instanceId() {
    return instanceId;
  }

  URI gateway() {
    return URI.create(Services.url(settings.ports().gateway(number)));
  }

  void stakeAndPrepay() {
    host.stakeMinimum(modelId);
    host.prepay(modelId, Amounts.tokens(PREPAID_TOKENS));
  }

  void accept() {
    instanceId =
        host.accept(
            Foundation.MODEL,
            foundation.accounts().get(gatewayAccount()).address(),
            ACCEPTANCE_DEADLINE);
  }

  void awaitPublished(Consumer<String> progress) throws InterruptedException {
    host.awaitPublished(
        instanceId,
        (done, total, detail) ->
            progress.accept(name() + " " + 100 * done / total + "% " + detail));
  }

  void download(Consumer<String> progress) throws Exception {
    host.download(
        instanceId,
        instance(),
        (done, total, path) ->
            progress.accept(name() + " " + 100 * done / Math.max(1, total) + "% " + path));
  }

  /** The engine and the gateway in front of it, ready to be started in this order. */
  List<JavaProgram> programs() throws Exception {
    Path gguf = instance().resolveSibling("model.gguf");
    if (!Files.exists(gguf)) {
      GgufExport.export(instance(), gguf, GgufType.F32);
    }
    return List.of(engine(gguf), gatewayProgram());
  }

  BigInteger stake() {
    return host.stakeOf(modelId);
  }

  /** Permits that the permission service has issued to this host. */
  long permits() {
    return foundation
        .permission(name())
        .get("/v1/hosts/" + host.address() + "/usage")
        .required("permits")
        .asLong();
  }

  private JavaProgram engine(Path gguf) {
    int port = settings.ports().engine(number);
    return JavaProgram.service(
            name() + "-engine", "local-platform", "org.oml.platform.engine.EngineApplication", port)
        .withArguments(
            "--model",
            gguf.toString(),
            "--port",
            Integer.toString(port),
            "--name",
            Foundation.MODEL);
  }

  private JavaProgram gatewayProgram() {
    int port = settings.ports().gateway(number);
    JavaProgram program =
        conduct == Conduct.HONEST
            ? JavaProgram.service(
                name() + "-gateway", "host-gateway", "org.oml.gateway.GatewayApplication", port)
            : JavaProgram.service(
                    name() + "-gateway", "host-gateway", FreeloaderGateway.class.getName(), port)
                .withJar(settings.root().resolve("cli/target/cli-1.0.0-SNAPSHOT.jar"));
    return program.withArguments(
        "--server.port=" + port,
        "--oml.gateway.upstream=" + Services.url(settings.ports().engine(number)),
        "--oml.gateway.permission-url=" + Services.url(settings.ports().permission()),
        "--oml.gateway.manifest=" + instance().resolve(Manifest.FILE_NAME),
        "--oml.gateway.addresses-file=" + settings.addresses(),
        "--oml.gateway.keystore=" + foundation.accounts().keystore(gatewayAccount()),
        "--oml.gateway.password-file=" + foundation.accounts().passwordFile(gatewayAccount()),
        "--oml.gateway.journal=" + instance().resolveSibling("journal"),
        "--oml.gateway.defence.rpc-url=" + foundation.platform().chain().rpcUrl(),
        "--oml.gateway.permit-signers=" + foundation.accounts().get("permission").address());
  }

  private String gatewayAccount() {
    return name() + "-gateway";
  }

  private Path instance() {
    return settings.home().resolve("hosts").resolve(name()).resolve("M.oml");
  }
}
