package org.oml.cli.demo;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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
    return conduct.lowercase();
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
    return URI.create(Services.url(gatewayPort()));
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

  /** The engine and what stands in front of it, ready to be started in this order. */
  List<JavaProgram> programs() throws Exception {
    Path gguf = instance().resolveSibling("model.gguf");
    if (!Files.exists(gguf)) {
      GgufExport.export(instance(), gguf, GgufType.F32);
    }
    return switch (conduct) {
      case HONEST -> List.of(engine(gguf), gateway(settings.ports().engine(number)));
      case LEAKY ->
          List.of(
              engine(gguf),
              gateway(settings.ports().engine(number)),
              engine("pirate-engine", gguf, spareEnginePort()),
              pirateProgram());
      case FREELOADER -> List.of(engine(gguf), freeloaderGateway());
      // Where the others have a gateway.
      case SILENT -> List.of(engine(name() + "-engine", gguf, gatewayPort()));
      case FLAKY -> List.of(engine(gguf), faultyEngine(), gateway(spareEnginePort()));
    };
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
    return engine(name() + "-engine", gguf, settings.ports().engine(number));
  }

  private static JavaProgram engine(String process, Path gguf, int port) {
    return JavaProgram.service(
            process, "local-platform", "org.oml.platform.engine.EngineApplication", port)
        .withArguments(
            "--model",
            gguf.toString(),
            "--port",
            Integer.toString(port),
            "--name",
            Foundation.MODEL);
  }

  private JavaProgram faultyEngine() {
    return relay(
        name() + "-faults", FaultyEngine.class, spareEnginePort(), settings.ports().engine(number));
  }

  private JavaProgram pirateProgram() {
    return relay("pirate", Pirate.class, piratePort(), spareEnginePort());
  }

  private JavaProgram relay(String process, Class<?> program, int port, int upstream) {
    return JavaProgram.service(process, "local-platform", program.getName(), port)
        .withJar(cli())
        .withArguments(Integer.toString(port), Services.url(upstream));
  }

  /** Where the pirate serves the weights of the host that lets them leak. */
  URI pirate() {
    return URI.create(Services.url(piratePort()));
  }

  /** The last of the gateways' ports, which no host of the demo has. */
  private int piratePort() {
    return settings.ports().gateway(9);
  }

  /** Of the engines' ports, one that no host's number leads to. */
  private int spareEnginePort() {
    return settings.ports().engine(Conduct.values().length + number);
  }

  private JavaProgram gateway(int upstream) {
    return configured(
        JavaProgram.service(
            name() + "-gateway",
            "host-gateway",
            "org.oml.gateway.GatewayApplication",
            gatewayPort()),
        upstream);
  }

  private JavaProgram freeloaderGateway() {
    return configured(
        JavaProgram.service(
                name() + "-gateway",
                "host-gateway",
                FreeloaderGateway.class.getName(),
                gatewayPort())
            .withJar(cli()),
        settings.ports().engine(number));
  }

  private JavaProgram configured(JavaProgram gateway, int upstream) {
    return gateway.withArguments(
        "--server.port=" + gatewayPort(),
        "--oml.gateway.upstream=" + Services.url(upstream),
        "--oml.gateway.permission-url=" + Services.url(settings.ports().permission()),
        "--oml.gateway.manifest=" + instance().resolve(Manifest.FILE_NAME),
        "--oml.gateway.addresses-file=" + settings.addresses(),
        "--oml.gateway.keystore=" + foundation.accounts().keystore(gatewayAccount()),
        "--oml.gateway.password-file=" + foundation.accounts().passwordFile(gatewayAccount()),
        "--oml.gateway.journal=" + instance().resolveSibling("journal"),
        "--oml.gateway.defence.rpc-url=" + foundation.platform().chain().rpcUrl(),
        "--oml.gateway.permit-signers=" + foundation.accounts().get("permission").address());
  }

  private int gatewayPort() {
    return settings.ports().gateway(number);
  }

  private Path cli() {
    return settings.root().resolve("cli/target/cli-1.0.0-SNAPSHOT.jar");
  }

  private String gatewayAccount() {
    return name() + "-gateway";
  }

  private Path instance() {
    return settings.home().resolve("hosts").resolve(name()).resolve("M.oml");
  }
}
