package org.oml.cli.prover;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainClient;
import org.oml.chain.ContractAddresses;
import org.oml.chain.dossier.DossierCheck;
import org.oml.chain.dossier.PanelDossierCheck;
import org.oml.cli.CliError;
import org.oml.cli.platform.Foundation;
import org.oml.cli.platform.HomeOption;
import org.oml.cli.platform.Services;
import org.oml.cli.terminal.Table;
import org.oml.contracts.CaseDossier;
import org.oml.contracts.PanelDossier;
import org.oml.protocol.CodedException;
import org.oml.protocol.client.ServiceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./oml case}: what there is to a case. */
@Command(
    name = "case",
    description = "List and show cases; export one as a file, and check such a file.")
public final class CaseCommand {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DOES_NOT_HOLD = 1;

  /** Lists cases of all kinds. */
  @Command(name = "list", description = "List the cases (R, E) and the plans (N, T), newest first.")
  int list(
      @Mixin HomeOption home,
      @Option(names = "--json", description = "one JSON object on stdout") boolean json) {
    ServiceClient prover = prover(home);
    JsonNode cases = prover.get("/v1/cases").required("cases");
    JsonNode plans = prover.get("/v1/plans").required("plans");
    Table table = new Table("case", "kind", "instance", "host", "state", "waits or ended for");
    cases.forEach(one -> row(table, one.required("caseId").asString(), one));
    for (JsonNode each : plans) {
      JsonNode plan = each.required("plan");
      row(table, plan.required("planUuid").asString(), plan);
    }
    ObjectNode all = new ObjectMapper().createObjectNode();
    all.set("cases", cases);
    all.set("plans", plans);
    System.out.print(json ? all + "\n" : table.render());
    return 0;
  }

  private static void row(Table table, String identifier, JsonNode one) {
    table.row(
        identifier,
        one.required("kind").asString(),
        one.required("instanceId").asString(),
        one.required("host").asString(),
        one.required("state").asString(),
        one.path("failure").asString("-"));
  }

  /** Shows a case of any kind. */
  @Command(name = "show", description = "Show a case or plan as the prover has it, as JSON.")
  int show(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "ID", description = "the case's id") UUID caseId) {
    ServiceClient prover = prover(home);
    System.out.println(
        new ObjectMapper()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(prover.get(path(prover, caseId))));
    return 0;
  }

  /** Plans are listed apart from cases on receipts. */
  private static String path(ServiceClient prover, UUID caseId) {
    for (JsonNode each : prover.get("/v1/plans").required("plans")) {
      if (each.required("plan").required("planUuid").asString().equals(caseId.toString())) {
        return "/v1/plans/" + caseId;
      }
    }
    return "/v1/cases/" + caseId;
  }

  private static ServiceClient prover(HomeOption home) {
    return new Foundation(home.platform(), OptionalLong.empty()).prover("community");
  }

  /** Writes a dossier. */
  @Command(
      name = "export",
      description = {
        "Write a case's dossier: questions, answers, receipts or attestations, openings, lookups,"
            + " transactions.",
        "Before the reveal it holds what nobody else may know; a panel's has to be opened at the"
            + " court."
      })
  int export(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "ID", description = "the case's id") UUID caseId,
      @Option(names = "--out", paramLabel = "FILE", description = "where to (stdout)")
          @Nullable Path out)
      throws IOException {
    ServiceClient prover = prover(home);
    String json =
        new ObjectMapper()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(prover.get(path(prover, caseId) + "/dossier"));
    if (out == null) {
      System.out.println(json);
    } else {
      Files.writeString(out, json + "\n");
    }
    return 0;
  }

  /** Checks a dossier. */
  @Command(
      name = "verify",
      description = {
        "Check a dossier against the chain alone; no service of the platform is asked.",
        "Exit code 1 if it does not hold."
      })
  int verify(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "FILE", description = "what export wrote") Path file,
      @Option(
              names = "--rpc",
              paramLabel = "URL",
              description = "the chain's JSON-RPC (that of the platform)")
          @Nullable URI rpc,
      @Option(
              names = "--addresses",
              paramLabel = "FILE",
              description = "the contracts that are trusted (those of the platform)")
          @Nullable Path addresses,
      @Option(names = "--json", description = "one JSON object on stdout") boolean json)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    URI node =
        rpc == null ? URI.create(Services.url(home.platform().settings().ports().chain())) : rpc;
    Path trusted = addresses == null ? home.platform().settings().addresses() : addresses;
    try (ChainClient chain = ChainClient.connect(node, PATIENCE)) {
      return print(check(chain, ContractAddresses.read(trusted), bytes), json);
    }
  }

  private static List<DossierCheck.Finding> check(
      ChainClient chain, ContractAddresses trusted, byte[] bytes) {
    try {
      return isOfPanel(bytes)
          ? new PanelDossierCheck(chain, trusted).check(PanelDossier.read(bytes))
          : new DossierCheck(chain, trusted).check(CaseDossier.read(bytes));
    } catch (IllegalArgumentException e) {
      throw new CodedException(CliError.DOSSIER_UNREADABLE, String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean isOfPanel(byte[] bytes) {
    try {
      return Set.of("N", "T")
          .contains(new ObjectMapper().readTree(bytes).path("kind").asString(""));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The file is no dossier: it does not read as JSON.", e);
    }
  }

  private static int print(List<DossierCheck.Finding> findings, boolean json) {
    boolean holds = findings.stream().allMatch(DossierCheck.Finding::holds);
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("holds", holds);
      findings.forEach(
          finding ->
              all.merge(
                  finding.name(), finding.holds(), (a, b) -> a.equals(true) && b.equals(true)));
      System.out.println(new ObjectMapper().writeValueAsString(all));
    } else {
      findings.forEach(
          finding ->
              System.out.println((finding.holds() ? "yes  " : "NO   ") + finding.sentence()));
    }
    return holds ? 0 : DOES_NOT_HOLD;
  }
}
