package org.oml.cli.epochs;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainClient;
import org.oml.chain.ContractAddresses;
import org.oml.cli.platform.HomeOption;
import org.oml.cli.platform.PasswordFile;
import org.oml.cli.platform.Services;
import org.oml.cli.terminal.Amounts;
import org.oml.cli.terminal.Table;
import org.oml.platform.home.PlatformSettings;
import org.oml.protocol.Keystore;
import org.oml.protocol.client.ServiceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;

/** {@code ./oml epochs}: what was settled. */
@Command(name = "epochs", description = "Verify what was settled against the ledger of permits.")
public final class EpochsCommand {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DIFFERS = 1;

  /** Where the service and the chain are, where not on this machine's platform. */
  static final class Elsewhere {

    @Option(
        names = "--service",
        paramLabel = "URL",
        description = "the permission service (that of the platform)")
    @Nullable URI service;

    @Option(
        names = "--rpc",
        paramLabel = "URL",
        description = "the chain's JSON-RPC (that of the platform)")
    @Nullable URI rpc;

    @Option(
        names = "--addresses",
        paramLabel = "FILE",
        description = "the contracts' addresses (those of the platform)")
    @Nullable Path addresses;

    @Option(
        names = "--keystore",
        paramLabel = "FILE",
        description =
            "the auditor's account, with its password in the file beside that ends in .password"
                + " (the platform's community)")
    @Nullable Path keystore;
  }

  /** Recomputes every epoch. */
  @Command(
      name = "verify",
      description = {
        "Recompute every epoch from the permits on record: root, count, total, charges; compare with"
            + " the stored epoch and with the chain.",
        "Exit code 1 if anything differs."
      })
  int verify(
      @Mixin HomeOption home,
      @Mixin Elsewhere elsewhere,
      @Option(names = "--json", description = "One JSON object on stdout.") boolean json) {
    List<EpochVerification.Finding> findings = findings(home, elsewhere);
    boolean agrees = findings.stream().allMatch(EpochVerification.Finding::agrees);
    System.out.print(json ? json(findings, agrees) + "\n" : table(findings));
    return agrees ? 0 : DIFFERS;
  }

  private static List<EpochVerification.Finding> findings(HomeOption home, Elsewhere elsewhere) {
    PlatformSettings settings = home.platform().settings();
    Path keystore = settings.keys().resolve("community.json");
    keystore = elsewhere.keystore == null ? keystore : elsewhere.keystore;
    URI service =
        elsewhere.service == null
            ? URI.create(Services.url(settings.ports().permission()))
            : elsewhere.service;
    URI rpc =
        elsewhere.rpc == null ? URI.create(Services.url(settings.ports().chain())) : elsewhere.rpc;
    Path addresses = elsewhere.addresses == null ? settings.addresses() : elsewhere.addresses;
    ServiceClient client =
        new ServiceClient(
            service, Keystore.load(keystore, PasswordFile.beside(keystore)), PATIENCE);
    try (ChainClient chain = ChainClient.connect(rpc, PATIENCE)) {
      return new EpochVerification(client, chain, ContractAddresses.read(addresses)).verify();
    }
  }

  private static String table(List<EpochVerification.Finding> findings) {
    Table table = new Table("model", "epoch", "permits", "total", "state", "agrees");
    StringBuilder differences = new StringBuilder();
    for (EpochVerification.Finding finding : findings) {
      table.row(
          finding.modelId(),
          finding.number(),
          finding.count(),
          Amounts.inTokens(finding.total()),
          finding.state(),
          finding.agrees() ? "yes" : "no");
      for (String difference : finding.differences()) {
        differences.append(
            "epoch %d of %s: %s%n".formatted(finding.number(), finding.modelId(), difference));
      }
    }
    return table.render() + differences;
  }

  private static String json(List<EpochVerification.Finding> findings, boolean agrees) {
    List<Map<String, Object>> epochs =
        findings.stream().map(EpochVerification.Finding::json).toList();
    return new ObjectMapper()
        .writeValueAsString(Map.of("version", 1, "agrees", agrees, "epochs", epochs));
  }
}
