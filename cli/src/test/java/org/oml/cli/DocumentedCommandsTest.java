package org.oml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * Holds the commands of the pages to what there is. Nothing is run: ours are parsed by the command
 * line itself, with every option and value; of others the program and what they name must exist.
 */
class DocumentedCommandsTest {

  private static final Path ROOT = Pages.ROOT;

  private static final CommandLine OML = Oml.commandLine();

  private static final String COMMANDS = "sh";

  /** With brackets around what may be left out. */
  private static final String USAGE = "usage";

  private static final Set<String> LANGUAGES =
      Set.of(COMMANDS, USAGE, "text", "json", "java", "mermaid", "yaml");

  private static final Set<String> MARKS = Set.of("by hand", "run", "run in soak");

  /** Programs that are somebody else's. */
  private static final Set<String> TOOLS =
      Set.of(
          "cat",
          "cd",
          "curl",
          "docker",
          "export",
          "forge",
          "git",
          "hf",
          "java",
          "llama-server",
          "ls",
          "mvn",
          "npm",
          "pg_dump",
          "psql",
          "rm",
          "slither",
          "vllm");

  /** What pages write where a reader writes something of this form. */
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "INSTANCE",
          "0x" + "0".repeat(63) + "1",
          "HOST",
          "0x" + "0".repeat(39) + "1",
          "CASE",
          "00000000-0000-0000-0000-000000000001",
          "URL",
          "http://127.0.0.1:7510",
          ShellScript.PRINTED,
          "printed");

  private static final int DEEPEST = 12;

  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-z][a-z-]*");
  private static final Pattern SETTING = Pattern.compile("`(oml(?:\\.[a-z0-9-]+){2,})[`=]");
  private static final Pattern LITERAL = Pattern.compile("\"(oml(?:\\.[a-z0-9-]+)+)");

  @Test
  void everyBlockSaysWhatItIs() throws IOException {
    assertThat(Pages.blocks())
        .isNotEmpty()
        .allSatisfy(block -> assertThat(LANGUAGES).as(block.place()).contains(block.language()))
        .filteredOn(block -> block.language().equals(COMMANDS))
        .allSatisfy(block -> assertThat(MARKS).as(block.place()).contains(block.mark()));
  }

  @Test
  void everyCommandExistsAndTakesItsArguments() throws IOException {
    List<String> wrong = new ArrayList<>();
    int commands = 0;
    for (Pages.Block block : Pages.blocks()) {
      if (block.language().equals(COMMANDS)) {
        for (List<String> command : ShellScript.commands(block.text())) {
          commands++;
          String fault = faultOf(block, command);
          if (!fault.isEmpty()) {
            wrong.add(block.place() + ": " + String.join(" ", command) + ": " + fault);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(commands).isGreaterThan(50);
  }

  @Test
  void everyUsageNamesVerbsAndOptionsThatExist() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Pages.Block block : Pages.blocks()) {
      if (block.language().equals(USAGE)) {
        for (String usage : block.text().replaceAll("\\n +", " ").split("\\n", -1)) {
          String fault = usage.isBlank() ? "" : faultOfUsage(usage.replaceAll("#.*", ""));
          if (!fault.isEmpty()) {
            wrong.add(block.place() + ": " + usage + ": " + fault);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everySettingIsRead() throws IOException {
    String sources = sources();
    Set<String> literals =
        LITERAL.matcher(sources).results().map(each -> each.group(1)).collect(Collectors.toSet());
    Set<String> words = new HashSet<>(List.of(sources.split("\\W+", -1)));
    Set<String> unknown = new TreeSet<>();
    for (Path page : Pages.all()) {
      for (MatchResult found : SETTING.matcher(Files.readString(page)).results().toList()) {
        if (!isRead(found.group(1), literals, words)) {
          unknown.add(ROOT.relativize(page) + ": " + found.group(1));
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void aWrongCommandIsFound() throws IOException {
    Pages.Block block = Pages.blocks().getFirst();
    for (String wrong :
        List.of(
            "./oml fly",
            "./oml host pull community/model",
            "./oml host pull community/model --out DIR --quickly",
            "./oml audit schedule",
            "./oml model generate --model models/no-such-model --prompt x",
            "./oml trace simulate --trials many",
            "no-such-tool --version",
            "mutants/no-such-script",
            "mvn -Pno-such-profile package",
            "java -cp x org.oml.NoSuchProgram")) {
      List<List<String>> commands = ShellScript.commands(wrong);
      assertThat(commands).hasSize(1);
      assertThat(faultOf(block, commands.getFirst())).as(wrong).isNotEmpty();
    }
  }

  @Test
  void scriptsAreReadAsAShellDoes() {
    assertThat(
            ShellScript.commands(
                """
                A=1 one 'two three' "four $(inner x)" \\
                  five > out   # six
                (cd there && seven) | eight
                """))
        .containsExactly(
            List.of("inner", "x"),
            List.of("one", "two three", "four PRINTED", "five"),
            List.of("cd", "there"),
            List.of("seven"),
            List.of("eight"));
  }

  /** What is wrong with a command; empty if nothing is. */
  private static String faultOf(Pages.Block block, List<String> command) throws IOException {
    String program = command.getFirst();
    List<String> arguments = command.subList(1, command.size());
    String missing = missingPath(arguments);
    if (!missing.isEmpty()) {
      return missing;
    }
    if (program.equals("./oml")) {
      return faultOfOurs(arguments);
    }
    if (program.contains("/")) {
      Path beside = block.page().resolveSibling("..").resolve(program).normalize();
      boolean exists = Files.isExecutable(ROOT.resolve(program)) || Files.isExecutable(beside);
      return exists ? faultOfScript(program, arguments) : "there is no such script";
    }
    return TOOLS.contains(program) ? faultOfTool(program, arguments) : "nobody knows this program";
  }

  private static String faultOfOurs(List<String> arguments) {
    if (arguments.isEmpty() || Set.of("test", "soak").contains(arguments.getFirst())) {
      return "";
    }
    String[] words =
        arguments.stream()
            .map(word -> Objects.requireNonNull(EXAMPLES.getOrDefault(word, word)))
            .toArray(String[]::new);
    try {
      CommandLine.ParseResult parsed = OML.parseArgs(words);
      while (parsed.hasSubcommand()) {
        parsed = parsed.subcommand();
      }
      boolean isGroup = !parsed.commandSpec().subcommands().isEmpty();
      boolean runs = parsed.commandSpec().userObject() instanceof Runnable || !isGroup;
      return runs || isCallable(parsed) ? "" : "a verb is missing behind it";
    } catch (CommandLine.ParameterException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static boolean isCallable(CommandLine.ParseResult parsed) {
    return parsed.commandSpec().userObject() instanceof java.util.concurrent.Callable<?>;
  }

  private static String faultOfScript(String program, List<String> arguments) throws IOException {
    if (!program.endsWith("bench/run") || arguments.isEmpty()) {
      return "";
    }
    return isClass(arguments.getFirst()) ? "" : "there is no class " + arguments.getFirst();
  }

  private static String faultOfTool(String program, List<String> arguments) throws IOException {
    for (String word : arguments) {
      if (program.equals("mvn") && word.startsWith("-P") && !isProfile(word.substring(2))) {
        return "there is no profile " + word.substring(2);
      }
      if (program.equals("java") && word.startsWith("org.oml.") && !isClass(word)) {
        return "there is no class " + word;
      }
    }
    return "";
  }

  private static boolean isProfile(String name) throws IOException {
    return Files.readString(ROOT.resolve("pom.xml")).contains("<id>" + name + "</id>");
  }

  private static boolean isClass(String name) throws IOException {
    String file = "/" + name.substring(name.lastIndexOf('.') + 1) + ".java";
    for (Path directory : modules()) {
      try (Stream<Path> files =
          Files.find(
              directory,
              DEEPEST,
              (path, attributes) ->
                  path.toString().endsWith(file) && !path.toString().contains("/target/"))) {
        if (files.findAny().isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  /** A path below one of the project's directories must be there, but for what is made. */
  private static String missingPath(List<String> words) {
    for (String word : words) {
      int slash = word.indexOf('/');
      boolean isOurs =
          slash > 0
              && !word.contains(":")
              && !word.contains("*")
              && !word.matches("(.*/)?(target|node_modules|\\.oml)(/.*)?")
              && Files.isDirectory(ROOT.resolve(word.substring(0, slash)));
      if (isOurs && !Files.exists(ROOT.resolve(word))) {
        return "there is no " + word;
      }
    }
    return "";
  }

  private static String faultOfUsage(String usage) {
    List<String> words =
        Stream.of(usage.replaceAll("[\\[\\]()]", " ").strip().split("\\s+", -1))
            .flatMap(word -> Stream.of(word.split("\\|", -1)))
            .toList();
    if (!words.getFirst().equals("./oml")) {
      return "is none of ours";
    }
    CommandLine command = OML;
    for (String word : words.subList(1, words.size())) {
      if (command.getSubcommands().isEmpty() || !word.matches("[a-z][a-z-]*")) {
        break;
      }
      if (!command.getSubcommands().containsKey(word)) {
        return "there is no verb " + word;
      }
      command = Objects.requireNonNull(command.getSubcommands().get(word));
    }
    Set<String> known = command.getCommandSpec().optionsMap().keySet();
    Matcher option = OPTION.matcher(String.join(" ", words));
    while (option.find()) {
      if (!known.contains(option.group())) {
        return "there is no option " + option.group();
      }
    }
    return "";
  }

  /** As a whole, or as what a class of settings has below its prefix. */
  private static boolean isRead(String setting, Set<String> literals, Set<String> words) {
    if (literals.contains(setting)) {
      return true;
    }
    for (int dot = setting.lastIndexOf('.'); dot > 0; dot = setting.lastIndexOf('.', dot - 1)) {
      if (literals.contains(setting.substring(0, dot))) {
        return Stream.of(setting.substring(dot + 1).split("\\.", -1))
            .map(DocumentedCommandsTest::camelCase)
            .allMatch(words::contains);
      }
    }
    return false;
  }

  private static String camelCase(String name) {
    return Pattern.compile("-([a-z0-9])")
        .matcher(name)
        .replaceAll(letter -> letter.group(1).toUpperCase(java.util.Locale.ROOT));
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path module : modules()) {
      try (Stream<Path> files = Files.walk(module.resolve("src/main"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          all.append(Files.readString(file)).append('\n');
        }
      }
    }
    return all.toString();
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> directories = Files.list(ROOT)) {
      return directories
          .filter(directory -> Files.isDirectory(directory.resolve("src/main/java")))
          .toList();
    }
  }
}
