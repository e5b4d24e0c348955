package org.oml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Holds the project's pages to what there is: files, headings, verbs and options. */
class DocumentationTest {

  private static final Path ROOT = Pages.ROOT;
  private static final CommandLine OML = Oml.commandLine();

  /** Verbs of the script, which the command line does not see. */
  private static final Set<String> OF_THE_SCRIPT = Set.of("test", "soak");

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  /** A call as pages write it: up to the end of the line, of the code, or a comment. */
  private static final Pattern CALL = Pattern.compile("\\./oml ([a-z][^`#\"\\n]*)");

  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");

  @Test
  void everyRelativeLinkLeadsToAFileAndItsHeading() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : Pages.all()) {
      Matcher link = LINK.matcher(withoutCode(Files.readString(page)));
      while (link.find()) {
        if (!ELSEWHERE.matcher(link.group(1)).matches() && !resolves(page, link.group(1))) {
          broken.add(ROOT.relativize(page) + ": " + link.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyCallNamesAVerbAndOptionsThatExist() throws IOException {
    List<String> unknown = new ArrayList<>();
    for (Path page : Pages.all()) {
      Matcher call = CALL.matcher(Files.readString(page));
      while (call.find()) {
        if (!exists(call.group(1))) {
          unknown.add(ROOT.relativize(page) + ": ./oml " + call.group(1));
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  private static boolean exists(String call) {
    List<String> words = List.of(call.strip().split(" ", -1));
    if (OF_THE_SCRIPT.contains(words.getFirst())) {
      return true;
    }
    CommandLine command = OML;
    for (String word : words) {
      Map<String, CommandLine> verbs = command.getSubcommands();
      if (verbs.isEmpty() || !word.matches("[a-z][a-z-]*")) {
        break;
      }
      if (!verbs.containsKey(word)) {
        return false;
      }
      command = verbs.get(word);
    }
    Map<String, ?> options = command.getCommandSpec().optionsMap();
    return OPTION.matcher(call).results().allMatch(option -> options.containsKey(option.group()));
  }

  private static boolean resolves(Path page, String link) throws IOException {
    String[] parts = link.split("#", 2);
    Path directory = page.resolveSibling("");
    Path target = parts[0].isEmpty() ? page : directory.resolve(parts[0]).normalize();
    return Files.exists(target) && (parts.length == 1 || headings(target).contains(parts[1]));
  }

  /** The names under which GitHub links to the headings of a page. */
  private static Set<String> headings(Path page) throws IOException {
    return HEADING
        .matcher(withoutCode(Files.readString(page)))
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static String withoutCode(String page) {
    return page.replaceAll("(?s)```.*?```", "");
  }
}
