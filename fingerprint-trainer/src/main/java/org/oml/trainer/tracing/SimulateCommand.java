package org.oml.trainer.tracing;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.PirateModel;
import org.oml.protocol.tracing.simulation.ArgmaxScheme;
import org.oml.protocol.tracing.simulation.Campaign;
import org.oml.protocol.tracing.simulation.CodedScheme;
import org.oml.protocol.tracing.simulation.Scheme;
import org.oml.protocol.tracing.simulation.Strategy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./oml trace simulate}: coalitions against the code and against argmax. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Count by simulation how many fingerprints name 95%% of the coalitions, with the code and with"
          + " argmax",
      "Exit code 1 if the code needs more than half of argmax's, or names an innocent in more than"
          + " 1%% of the trials."
    })
public final class SimulateCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_OF_THE_CODE = 512;
  private static final int MOST_OF_ARGMAX = 1024;
  private static final double REQUIRED_RATIO = 0.5;
  private static final double REQUIRED_FALSE_ACCUSATION = 0.01;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--hosts",
      defaultValue = "2048",
      paramLabel = "N",
      description = "instances in all (${DEFAULT-VALUE})")
  private int hosts;

  @Option(
      names = "--coalition",
      split = ",",
      defaultValue = "1,2,3,4,5",
      paramLabel = "N",
      description = "sizes (${DEFAULT-VALUE})")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--trials",
      defaultValue = "400",
      paramLabel = "N",
      description = "of every rate (${DEFAULT-VALUE})")
  private int trials;

  @Option(
      names = "--symbols",
      defaultValue = "8",
      paramLabel = "Q",
      description = "of the code, 2 to 16 (${DEFAULT-VALUE})")
  private int symbols;

  @Option(
      names = "--false-accusation",
      defaultValue = "0.0075",
      paramLabel = "P",
      description = "the code's bound, below argmax's 0.01 for chance's sake (${DEFAULT-VALUE})")
  private double falseAccusation;

  @Option(names = "--seed", defaultValue = "1", description = "of all draws (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "write detection and false accusations against fingerprints as SVG")
  private @Nullable Path plot;

  @Option(names = "--json", description = "one JSON object on stdout")
  private boolean json;

  /** What each scheme needs by one kind of threshold. */
  private record Pair(Campaign.Need code, Campaign.Need argmax) {

    /** 0 where argmax never suffices, and NaN where the code does not. */
    double ratio() {
      OptionalInt few = code.fingerprints();
      OptionalInt many = argmax.fingerprints();
      return few.isEmpty()
          ? Double.NaN
          : many.isEmpty() ? 0 : (double) few.getAsInt() / many.getAsInt();
    }
  }

  /**
   * One line of the table.
   *
   * @param forAll by thresholds that hold whatever the pirate does
   * @param fitted by thresholds fitted to the very strategy, which nobody knows
   */
  private record Line(int size, Strategy strategy, Pair forAll, Pair fitted) {

    boolean holds() {
      return forAll.ratio() <= REQUIRED_RATIO
          && fitted.ratio() <= REQUIRED_RATIO
          && forAll.code().rates().falseAccusation() <= REQUIRED_FALSE_ACCUSATION;
    }
  }

  /** For picocli. */
  public SimulateCommand() {}

  @Override
  public Integer call() throws IOException {
    int largest = sizes.stream().mapToInt(size -> size).max().orElse(0);
    if (hosts <= largest
        || sizes.stream().anyMatch(size -> size < 1)
        || trials < 1
        || symbols < 2
        || symbols > 16
        || !(falseAccusation > 0 && falseAccusation < 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "there are more hosts than a coalition has, from 2 to 16 symbols, and a bound between 0"
              + " and 1");
    }
    CodedScheme coded = new CodedScheme(CodeDesign.standard(symbols), hosts, falseAccusation);
    ArgmaxScheme counted = new ArgmaxScheme(hosts, REQUIRED_FALSE_ACCUSATION);
    List<Line> lines = new ArrayList<>();
    for (int size : sizes) {
      for (Strategy strategy : Strategy.values()) {
        Line line =
            new Line(
                size,
                strategy,
                pair(coded, counted, Campaign.Threshold.FOR_ALL, strategy, size),
                pair(coded, counted, Campaign.Threshold.FITTED, strategy, size));
        say(row(line).stripTrailing());
        lines.add(line);
      }
    }
    if (plot != null) {
      draw(coded, counted, plot);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? object(lines) + "\n" : text(lines));
    out.flush();
    return lines.stream().allMatch(Line::holds) ? 0 : 1;
  }

  private Pair pair(
      Scheme coded, Scheme counted, Campaign.Threshold threshold, Strategy strategy, int size) {
    return new Pair(
        new Campaign(coded, trials, seed, threshold).need(strategy, size, MOST_OF_THE_CODE),
        new Campaign(counted, trials, seed, threshold).need(strategy, size, MOST_OF_ARGMAX));
  }

  private void draw(Scheme coded, Scheme counted, Path file) throws IOException {
    DetectionPlot drawing =
        new DetectionPlot(
            new Campaign(coded, trials, seed, Campaign.Threshold.FOR_ALL),
            new Campaign(counted, trials, seed, Campaign.Threshold.FOR_ALL));
    for (int size : sizes) {
      say("plot: coalition of " + size);
      drawing.add(size);
    }
    Files.writeString(file, drawing.document());
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }

  private String text(List<Line> lines) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d hosts, %d symbols, %,d trials of every rate. Fingerprints for 95%% detection, by"
                + " thresholds that hold%nfor every pirate, and by ones fitted to the strategy,"
                + " which nobody knows:%n"
                + "%-9s %-20s %6s %10s %8s %8s %6s %8s %8s %6s  %s%n",
            hosts,
            symbols,
            trials,
            "coalition",
            "strategy",
            "code",
            "detection",
            "false",
            "argmax",
            "ratio",
            "fitted:",
            "argmax",
            "ratio",
            "the code's best response"));
    lines.forEach(line -> text.append(row(line)));
    return text.toString();
  }

  private static String row(Line line) {
    Campaign.Need code = line.forAll().code();
    return String.format(
        Locale.ROOT,
        "%-9d %-20s %6s %9.1f%% %7.2f%% %8s %6s %8s %8s %6s  %s%n",
        line.size(),
        line.strategy().words(),
        number(code.fingerprints(), MOST_OF_THE_CODE),
        100 * code.rates().detection(),
        100 * code.rates().falseAccusation(),
        number(line.forAll().argmax().fingerprints(), MOST_OF_ARGMAX),
        ratio(line.forAll()),
        number(line.fitted().code().fingerprints(), MOST_OF_THE_CODE),
        number(line.fitted().argmax().fingerprints(), MOST_OF_ARGMAX),
        ratio(line.fitted()),
        line.strategy() == Strategy.BEST_RESPONSE ? words(code.pirate()) : "");
  }

  private static String ratio(Pair pair) {
    return pair.argmax().fingerprints().isEmpty()
        ? "-"
        : String.format(Locale.ROOT, "%.2f", pair.ratio());
  }

  private static String number(OptionalInt number, int most) {
    return number.isPresent() ? Integer.toString(number.getAsInt()) : ">" + most;
  }

  private static String words(PirateModel pirate) {
    return String.format(
        Locale.ROOT,
        "refuses %.0f%% where copies differ, else exponent %s",
        100 * pirate.refusal(),
        pirate.exponent());
  }

  private ObjectNode object(List<Line> lines) {
    ObjectNode object = JSON.createObjectNode();
    object.put("hosts", hosts).put("symbols", symbols).put("trials", trials);
    object.put("falseAccusation", falseAccusation).put("seed", Long.toString(seed));
    ArrayNode list = object.putArray("needs");
    for (Line line : lines) {
      ObjectNode one = list.addObject();
      one.put("coalition", line.size()).put("strategy", line.strategy().words());
      put(one.putObject("code"), line.forAll().code());
      put(one.putObject("argmax"), line.forAll().argmax());
      put(one.putObject("codeFitted"), line.fitted().code());
      put(one.putObject("argmaxFitted"), line.fitted().argmax());
      one.put("holds", line.holds());
    }
    return object;
  }

  private static void put(ObjectNode node, Campaign.Need need) {
    need.fingerprints().ifPresent(number -> node.put("fingerprints", number));
    node.put("detection", need.rates().detection())
        .put("falseAccusation", need.rates().falseAccusation())
        .put("exponent", Double.toString(need.pirate().exponent()))
        .put("refusal", need.pirate().refusal());
  }
}
