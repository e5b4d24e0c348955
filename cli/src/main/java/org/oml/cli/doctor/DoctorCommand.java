package org.oml.cli.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.oml.cli.doctor.Finding.Verdict;
import org.oml.cli.platform.Accounts;
import org.oml.cli.platform.HomeOption;
import org.oml.platform.LocalPlatform;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;

/** {@code ./oml doctor}: 0 if nothing is wrong, 1 if something is. */
@Command(
    name = "doctor",
    description =
        "Say what is wrong with the platform and how to mend it. Exit code 1 if anything.")
public final class DoctorCommand implements Callable<Integer> {

  @Mixin private HomeOption home = new HomeOption();

  @Option(names = "--json", description = "One JSON object on stdout.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<Finding> findings = examine(home.platform());
    if (json) {
      System.out.println(
          new ObjectMapper().writeValueAsString(Map.of("version", 1, "findings", findings)));
    } else {
      findings.forEach(DoctorCommand::print);
    }
    return findings.stream().anyMatch(one -> one.verdict() == Verdict.WRONG) ? 1 : 0;
  }

  /** Everything that can be looked at; where there is no directory, nothing else can. */
  static List<Finding> examine(LocalPlatform platform) throws IOException {
    List<Finding> findings = new ArrayList<>(new HomeExamination(platform.settings()).findings());
    if (findings.getFirst().verdict() == Verdict.WRONG && findings.size() == 1) {
      return findings;
    }
    findings.addAll(new ProcessExamination(platform).findings());
    if (ProcessExamination.isUp(platform.status())) {
      Accounts accounts = new Accounts(platform.settings().keys(), OptionalLong.empty());
      findings.addAll(new ChainExamination(platform, accounts).findings());
    }
    return findings;
  }

  private static void print(Finding finding) {
    System.out.printf(
        "%-8s %-16s %s%n",
        finding.verdict().name().toLowerCase(Locale.ROOT), finding.part(), finding.detail());
    if (!finding.next().isEmpty()) {
      System.out.printf("%-25s → %s%n", "", finding.next());
    }
  }
}
