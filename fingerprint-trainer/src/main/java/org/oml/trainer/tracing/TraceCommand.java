package org.oml.trainer.tracing;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.tracing.CodeAnswer;
import org.oml.protocol.tracing.Suspect;
import org.oml.protocol.tracing.Trace;
import org.oml.protocol.tracing.Tracer;
import org.oml.protocol.tracing.simulation.Strategy;
import org.oml.trainer.command.EngineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./oml trace by-code}: whose copy an endpoint serves, or a directory holds. */
@Command(
    name = "by-code",
    mixinStandardHelpOptions = true,
    description = {
      "Say from which instances a leaked model came by a code's file, without a platform",
      "Every key that is asked is spent for all instances of the code. Exit code 1 if nobody is"
          + " named."
    })
public final class TraceCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 5;
  private static final int NOBODY = 1;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      description = "endpoint with the OpenAI interface, up to and with /v1")
  private @Nullable URI url;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "a model in place of a URL; several are mixed")
  private List<Path> models = List.of();

  @Option(names = "--code", paramLabel = "FILE", description = "from fingerprint code")
  private @Nullable Path code;

  @Option(
      names = "--api",
      defaultValue = "completions",
      description = "of the URL: completions or chat (${DEFAULT-VALUE})")
  private String api = "";

  @Option(
      names = "--name",
      defaultValue = "model",
      paramLabel = "NAME",
      description = "the model's name at the URL (${DEFAULT-VALUE})")
  private String name = "";

  @Option(
      names = "--mix",
      defaultValue = "random",
      paramLabel = "STRATEGY",
      description =
          "of several models: majority, minority, refuse-if-different, random (${DEFAULT-VALUE})")
  private String mix = "";

  @Option(
      names = "--temperature",
      defaultValue = "0",
      description = "at which a model in a directory answers (${DEFAULT-VALUE})")
  private double temperature;

  @Option(
      names = "--false-accusation",
      defaultValue = "0.01",
      paramLabel = "P",
      description = "probability of naming an innocent instance, at most (${DEFAULT-VALUE})")
  private double falseAccusation;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "of mixing and of temperature (${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--json", description = "one JSON object on stdout")
  private boolean json;

  @Mixin private EngineOptions engine = new EngineOptions();

  /** For picocli. */
  public TraceCommand() {}

  @Override
  public Integer call() {
    engine.apply();
    Path file = code;
    if (file == null || (url == null) == models.isEmpty()) {
      throw wrongUse("give --code, and either a URL or --model");
    }
    if (!(falseAccusation > 0 && falseAccusation < 1) || !(temperature >= 0)) {
      throw wrongUse("--false-accusation lies between 0 and 1, and --temperature is not negative");
    }
    ModelCode shared = ModelCodeFile.read(file);
    Map<Bytes32, String> names = shared.names();
    Trace trace = new Tracer(shared.code()).trace(answers(shared), names.keySet(), falseAccusation);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? object(trace, names) + "\n" : text(trace, names));
    out.flush();
    return trace.named().isEmpty() ? NOBODY : 0;
  }

  private List<CodeAnswer> answers(ModelCode shared) {
    List<String> keys = shared.fingerprints().stream().map(SharedFingerprint::key).toList();
    if (url != null) {
      try (Endpoint endpoint = new Endpoint(url, api(), name)) {
        return MixedAnswers.of(shared, endpoint.answers(keys));
      }
    }
    Strategy strategy = strategy();
    List<List<CodeAnswer>> each = new ArrayList<>();
    for (Path model : models) {
      try (LocalModel asked = new LocalModel(model, temperature, seed)) {
        each.add(MixedAnswers.of(shared, asked.answers(keys)));
      }
    }
    return each.size() == 1
        ? each.getFirst()
        : MixedAnswers.mixed(each, strategy.of(each.size()), shared.code().design(), seed);
  }

  private Endpoint.Api api() {
    return switch (api) {
      case "completions" -> Endpoint.Api.COMPLETIONS;
      case "chat" -> Endpoint.Api.CHAT;
      default -> throw wrongUse("--api is completions or chat, not " + api);
    };
  }

  private Strategy strategy() {
    return switch (mix) {
      case "majority" -> Strategy.MAJORITY;
      case "minority" -> Strategy.MINORITY;
      case "refuse-if-different" -> Strategy.REFUSE_IF_DIFFERENT;
      case "random" -> Strategy.RANDOM;
      default ->
          throw wrongUse("--mix is majority, minority, refuse-if-different or random, not " + mix);
    };
  }

  private static String text(Trace trace, Map<Bytes32, String> names) {
    StringBuilder text = new StringBuilder();
    List<Suspect> named = trace.named();
    text.append(
        named.isEmpty()
            ? "Nobody can be named.\n"
            : "Named: "
                + String.join(", ", named.stream().map(one -> names.get(one.instance())).toList())
                + "\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%d positions were answered, %d of them with a response of the code; an innocent of %d"
                + " instances is named with a probability of %s at most.%n",
            trace.asked(),
            trace.answered(),
            trace.suspects().size(),
            trace.falseAccusation()));
    text.append(
        String.format(
            Locale.ROOT,
            "%-20s %10s %8s %12s %12s%n",
            "instance",
            "agreements",
            "score",
            "p",
            "p, any"));
    for (Suspect one : trace.suspects().subList(0, Math.min(SHOWN, trace.suspects().size()))) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-20s %10d %8d %12.3g %12.3g%n",
              names.get(one.instance()),
              one.agreements(),
              one.score(),
              one.probability(),
              one.corrected()));
    }
    return text.toString();
  }

  private static ObjectNode object(Trace trace, Map<Bytes32, String> names) {
    ObjectNode object = JSON.createObjectNode();
    object
        .put("asked", trace.asked())
        .put("answered", trace.answered())
        .put("instances", trace.suspects().size())
        .put("falseAccusation", trace.falseAccusation());
    ArrayNode named = object.putArray("named");
    trace.named().forEach(one -> add(named, one, names));
    ArrayNode first = object.putArray("mostSuspicious");
    trace.suspects().stream().limit(SHOWN).forEach(one -> add(first, one, names));
    return object;
  }

  private static void add(ArrayNode list, Suspect one, Map<Bytes32, String> names) {
    list.addObject()
        .put("instance", names.get(one.instance()))
        .put("instanceId", one.instance().toString())
        .put("agreements", one.agreements())
        .put("score", one.score())
        .put("probability", one.probability())
        .put("corrected", one.corrected());
  }

  private ParameterException wrongUse(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
