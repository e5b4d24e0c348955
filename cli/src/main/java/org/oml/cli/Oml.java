package org.oml.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.oml.cli.chain.ChainCommand;
import org.oml.cli.community.ModelPublishCommand;
import org.oml.cli.demo.DemoCommand;
import org.oml.cli.deployment.PrepareCommand;
import org.oml.cli.doctor.DoctorCommand;
import org.oml.cli.economics.EconomicsCommand;
import org.oml.cli.epochs.EpochsCommand;
import org.oml.cli.host.HostCommand;
import org.oml.cli.host.PullCommand;
import org.oml.cli.platform.BackupCommand;
import org.oml.cli.platform.DownCommand;
import org.oml.cli.platform.RestoreCommand;
import org.oml.cli.platform.StatusCommand;
import org.oml.cli.platform.UpCommand;
import org.oml.cli.prover.AuditCommand;
import org.oml.cli.prover.CaseCommand;
import org.oml.cli.prover.TraceCommand;
import org.oml.cli.user.ReceiptCommand;
import org.oml.protocol.CodedException;
import org.oml.trainer.attack.AttackCommand;
import org.oml.trainer.command.FingerprintCommand;
import org.oml.trainer.command.KeysCommand;
import org.oml.trainer.command.ModelCommand;
import org.oml.trainer.comparison.CompareCommand;
import org.oml.trainer.pretraining.PretrainCommand;
import org.oml.trainer.tracing.CodeCommand;
import org.oml.trainer.tracing.InstanceCommand;
import org.oml.trainer.tracing.SimulateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ./oml}: every verb, grouped by who uses it. */
@Command(
    name = "oml",
    description = "Keeps an open-weights model open, monetizable and loyal.",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    version = "oml 1.0.0-SNAPSHOT",
    synopsisSubcommandLabel = "VERB")
public final class Oml implements Runnable {

  private static final int FAILED = 3;

  /** Who uses which verbs; test and soak are verbs of the script. */
  private static final Map<String, List<String>> GROUPS = groups();

  @picocli.CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  /** Runs one verb and exits with its code: 0 done, 1 the answer is no, 2 wrong use, 3 failed. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line =
        new CommandLine(new Oml())
            .addSubcommand("demo", new DemoCommand())
            .addSubcommand("up", new UpCommand())
            .addSubcommand("down", new DownCommand())
            .addSubcommand("status", new StatusCommand())
            .addSubcommand("doctor", new DoctorCommand())
            .addSubcommand("backup", new BackupCommand())
            .addSubcommand("restore", new RestoreCommand())
            .addSubcommand("prepare", new PrepareCommand())
            .addSubcommand("chain", new ChainCommand())
            .addSubcommand("epochs", new EpochsCommand())
            .addSubcommand("host", new HostCommand())
            .addSubcommand("pull", new PullCommand())
            .addSubcommand("audit", new AuditCommand())
            .addSubcommand("case", new CaseCommand())
            .addSubcommand(
                "trace",
                new CommandLine(new TraceCommand())
                    .addSubcommand("by-code", new org.oml.trainer.tracing.TraceCommand())
                    .addSubcommand("simulate", new SimulateCommand()))
            .addSubcommand("keys", new KeysCommand())
            .addSubcommand("receipt", new ReceiptCommand())
            .addSubcommand(
                "fingerprint",
                new CommandLine(new FingerprintCommand())
                    .addSubcommand("code", new CodeCommand())
                    .addSubcommand("instance", new InstanceCommand()))
            .addSubcommand(
                "model",
                new CommandLine(new ModelCommand())
                    .addSubcommand("publish", new ModelPublishCommand())
                    .addSubcommand("compare", new CompareCommand()))
            .addSubcommand("economics", new EconomicsCommand())
            .addSubcommand("attack", new AttackCommand())
            .addSubcommand("pretrain", new PretrainCommand());
    line.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure));
    line.getHelpSectionMap()
        .put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Oml::verbs);
    return line;
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  private static int explain(Exception failure) {
    if (failure instanceof CodedException coded) {
      System.err.println("oml: " + coded.getMessage());
      System.err.println("     " + coded.code().code() + ": " + coded.code().next());
    } else {
      failure.printStackTrace();
    }
    return FAILED;
  }

  private static String verbs(CommandLine.Help help) {
    Map<String, String> descriptions =
        help.subcommands().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> description(entry.getValue())));
    descriptions.put("test", "Install what the tests need, build everything and test it.");
    descriptions.put("soak", "The same with the counts that do not fit into a build.");
    StringBuilder text = new StringBuilder();
    GROUPS.forEach(
        (group, verbs) -> {
          text.append(String.format("%n%s%n", group));
          verbs.forEach(
              verb -> text.append(String.format("  %-12s %s%n", verb, descriptions.get(verb))));
        });
    return text.toString();
  }

  private static String description(CommandLine.Help help) {
    String[] lines = help.commandSpec().usageMessage().description();
    return lines.length == 0 ? "" : lines[0];
  }

  private static Map<String, List<String>> groups() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    groups.put("To see it:", List.of("demo"));
    groups.put(
        "Operators:",
        List.of(
            "up", "down", "status", "doctor", "backup", "restore", "prepare", "chain", "epochs"));
    groups.put("Communities:", List.of("model", "pretrain", "economics"));
    groups.put("Hosts:", List.of("host", "pull"));
    groups.put("Users:", List.of("receipt"));
    groups.put("Provers:", List.of("audit", "case", "trace"));
    groups.put("Researchers:", List.of("keys", "fingerprint", "attack"));
    groups.put("Contributors:", List.of("test", "soak"));
    return groups;
  }
}
