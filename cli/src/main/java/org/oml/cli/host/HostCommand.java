package org.oml.cli.host;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.oml.cli.platform.Foundation;
import org.oml.cli.platform.HomeOption;
import org.oml.cli.terminal.Amounts;
import org.oml.cli.terminal.Bar;
import org.oml.cli.terminal.Steps;
import org.oml.cli.terminal.Table;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SigningKey;
import org.oml.protocol.client.ServiceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./oml host}: what a host does. */
@Command(
    name = "host",
    description =
        "Stake, sign a licence, download the instance that is made for you, serve it, see what it used.")
public final class HostCommand {

  private static final Duration ACCEPTANCE_LIFE = Duration.ofHours(1);

  /** Writes a commented configuration of the gateway. */
  @Command(
      name = "init",
      description = "Write a commented configuration file of the gateway, to be filled in.")
  int init(
      @Option(
              names = "--config",
              required = true,
              paramLabel = "FILE",
              description = "the gateway's YAML file")
          Path config)
      throws Exception {
    return GatewayProgram.run(HomeOption.root(), "init", "--config", config.toString());
  }

  /** Serves until it is ended. */
  @Command(
      name = "serve",
      description = "Run the gateway in front of an inference engine, until it is ended.")
  int serve(
      @Option(
              names = "--config",
              required = true,
              paramLabel = "FILE",
              description = "the gateway's YAML file")
          Path config)
      throws Exception {
    return GatewayProgram.run(HomeOption.root(), "serve", "--config", config.toString());
  }

  /** Rebuts one case or plan, with the gateway's settings and journal. */
  @Command(
      name = "rebut",
      description =
          "Rebut a case, or the hits of a panel's plan, with the permits of the journal; the gateway does so by itself."
              + " Exit code 1 if it cannot be.")
  int rebut(
      @Parameters(paramLabel = "CASE", description = "id of the case or plan") String caseId,
      @Option(
              names = "--config",
              required = true,
              paramLabel = "FILE",
              description = "the gateway's YAML file")
          Path config)
      throws Exception {
    return GatewayProgram.run(HomeOption.root(), "rebut", caseId, "--config", config.toString());
  }

  /** Acknowledges once what the host has had. */
  @Command(
      name = "acknowledge",
      description =
          "Compare what the gateway's journals and the permission service count, and acknowledge it; the gateway"
              + " does so by itself. Exit code 1 if the service counts more.")
  int acknowledge(
      @Option(
              names = "--config",
              required = true,
              paramLabel = "FILE",
              description = "the gateway's YAML file")
          Path config,
      @Option(
              names = "--accept-difference",
              description =
                  "Take the service's word for what the journals do not show; the gateway must be stopped.")
          boolean acceptDifference)
      throws Exception {
    return acceptDifference
        ? GatewayProgram.run(
            HomeOption.root(), "acknowledge", "--accept-difference", "--config", config.toString())
        : GatewayProgram.run(HomeOption.root(), "acknowledge", "--config", config.toString());
  }

  /**
   * Stakes what the terms ask for, signs the licence, waits for the instance and downloads it,
   * checked.
   */
  @Command(
      name = "pull",
      description =
          "Stake, sign the licence of a model, wait for the instance and download it, checked.")
  int pull(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "ORG/MODEL", description = "the model") String model,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "DIR",
              description = "where the instance appears")
          Path out,
      @Option(
              names = "--wallet",
              defaultValue = "host",
              description = "account of the platform, made if it is new (${DEFAULT-VALUE})")
          String wallet,
      @Option(
              names = "--prepay",
              defaultValue = "100",
              paramLabel = "TOKENS",
              description = "paid in advance for permits (${DEFAULT-VALUE})")
          long prepay)
      throws Exception {
    Foundation foundation = new Foundation(home.platform(), OptionalLong.empty());
    foundation.endow(wallet);
    SigningKey gatewayKey = foundation.accounts().get(wallet + "-gateway");
    Host host = new Host(foundation.onChain(wallet), foundation.registry(wallet));
    JsonNode offer = foundation.registry(wallet).get("/v1/models/" + model);
    Bytes32 modelId = Bytes32.parse(offer.required("modelId").asString());
    System.err.println(offer.required("licence").asString());
    Steps steps = Steps.onStandardError(3);
    Bytes32 instanceId =
        steps.step(
            "Stake, balance and licence",
            () -> {
              host.stakeMinimum(modelId);
              host.prepay(modelId, Amounts.tokens(prepay));
              return host.accept(model, gatewayKey.address(), Instant.now().plus(ACCEPTANCE_LIFE));
            });
    Bar.step(
        steps,
        "The instance is trained and published",
        Bar.Unit.SHARE,
        progress -> {
          host.awaitPublished(instanceId, progress);
          return instanceId;
        });
    Bar.step(
        steps,
        "Download, checked against the chain",
        Bar.Unit.BYTES,
        progress -> {
          host.download(instanceId, out, progress);
          return instanceId;
        });
    System.err.printf(
        "%n%s holds instance %s. Its gateway key is %s.%nPut the gateway in front of an engine:"
            + " docs/gateway.md%n",
        out, instanceId, foundation.accounts().keystore(wallet + "-gateway"));
    System.out.println(instanceId);
    return 0;
  }

  /** Draws a token with which tools of the Hugging Face Hub download the host's instances. */
  @Command(
      name = "token",
      description =
          "Draw an access token for hf, transformers or vLLM (HF_ENDPOINT, HF_TOKEN). It is shown once.")
  int token(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "NAME", description = "what it is for") String name,
      @Option(
              names = "--days",
              defaultValue = "30",
              description = "how long it lasts (${DEFAULT-VALUE})")
          int days,
      @Option(
              names = "--wallet",
              defaultValue = "host",
              description = "account of the platform (${DEFAULT-VALUE})")
          String wallet) {
    Foundation foundation = new Foundation(home.platform(), OptionalLong.empty());
    JsonNode issued =
        foundation.registry(wallet).post("/v1/access-tokens", Map.of("name", name, "days", days));
    System.err.printf(
        "Until %s: export HF_ENDPOINT=%s HF_TOKEN=<the token>, then hf download org/model%n",
        issued.required("expiresAt").asString(), foundation.registryUrl());
    System.out.println(issued.required("token").asString());
    return 0;
  }

  /** What the permission service issued to a host in a month, by model. */
  @Command(
      name = "statement",
      description =
          "Show what permits a host has had in a month, by model, what they cost, and what it has acknowledged.")
  int statement(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "YYYY-MM", description = "the month, in UTC") String month,
      @Option(
              names = "--wallet",
              defaultValue = "host",
              description = "account of the platform (${DEFAULT-VALUE})")
          String wallet,
      @Option(names = "--json", description = "One JSON object on stdout.") boolean json) {
    Foundation foundation = new Foundation(home.platform(), OptionalLong.empty());
    ServiceClient permission = foundation.permission(wallet);
    String host = "/v1/hosts/" + foundation.accounts().get(wallet).address();
    JsonNode statement = permission.get("/v1/statements/" + month);
    JsonNode usage = permission.get(host + "/usage");
    JsonNode wanted = permission.get(host + "/successors").required("wanted");
    if (json) {
      ((ObjectNode) statement).set("ever", usage.required("models"));
      System.out.println(((ObjectNode) statement).set("successorsWanted", wanted));
    } else {
      System.out.print(tableOf(statement));
      System.out.print(acknowledgedIn(usage));
      System.out.print(successors(wanted));
    }
    return 0;
  }

  private static String successors(JsonNode wanted) {
    StringBuilder text = new StringBuilder();
    for (JsonNode one : wanted) {
      text.append("A new instance is wanted in the place of ")
          .append(one.required("instanceId").asString())
          .append(", whose fingerprint keys run out: './oml host pull' fetches one.\n");
    }
    return text.toString();
  }

  /** Since ever, since that is how it is acknowledged. */
  private static String acknowledgedIn(JsonNode usage) {
    Table table = new Table("model", "permits ever", "charge ever", "of them acknowledged");
    for (JsonNode model : usage.required("models")) {
      table.row(
          model.required("modelId").asString(),
          model.required("permits").asString(),
          Amounts.inTokens(new BigInteger(model.required("charge").asString())),
          model.required("acknowledged").asString());
    }
    return "\n" + table.render();
  }

  private static String tableOf(JsonNode statement) {
    Table table = new Table("model", "permits", "of them blank", "charge");
    for (JsonNode model : statement.required("models")) {
      table.row(
          model.required("modelId").asString(),
          model.required("permits").asString(),
          model.required("blanks").asString(),
          Amounts.inTokens(new BigInteger(model.required("charge").asString())));
    }
    return table.render();
  }
}
