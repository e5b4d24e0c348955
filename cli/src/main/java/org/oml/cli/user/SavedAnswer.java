package org.oml.cli.user;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.oml.cli.CliError;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * An answer as {@code curl -i} saves it: the head, an empty line, the body.
 *
 * @param headers names in lower case
 * @param body JSON, or the events of a stream
 */
record SavedAnswer(Map<String, String> headers, String body) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a file; without a head all of it is the body.
   *
   * @throws CodedException {@link CliError#ANSWER_UNREADABLE}
   */
  static SavedAnswer read(Path file) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CodedException(CliError.ANSWER_UNREADABLE, file + " cannot be read.", e);
    }
    Map<String, String> headers = new LinkedHashMap<>();
    // A head of its own stands before the answer's when the server said 100 Continue.
    while (text.startsWith("HTTP/")) {
      int end = endOfHead(text);
      headers.clear();
      text.substring(0, end).lines().skip(1).forEach(line -> add(line, headers));
      text = text.substring(end).replaceFirst("\\A\\r?\\n(\\r?\\n)?", "");
    }
    return new SavedAnswer(headers, text);
  }

  private static int endOfHead(String text) {
    int unix = text.indexOf("\n\n");
    int network = text.indexOf("\r\n\r\n");
    if (unix < 0 && network < 0) {
      return text.length();
    }
    return unix < 0 || (network >= 0 && network < unix) ? network : unix;
  }

  private static void add(String line, Map<String, String> headers) {
    int colon = line.indexOf(':');
    if (colon > 0) {
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The final receipt: a header, or the last event of a stream. */
  Optional<String> receipt() {
    Optional<String> inHead = header("OML-Receipt");
    return inHead.isPresent() ? inHead : events("oml-receipt").stream().findFirst().map(this::only);
  }

  private String only(String data) {
    return parse(data).path("receipt").asString("");
  }

  /** The text that the receipt is over, as {@code docs/protocol.md} has it. */
  String text(Kind kind) {
    if (!isStream()) {
      JsonNode choice = firstChoice(parse(body));
      return kind == Kind.CHAT
          ? choice.path("message").path("content").asString("")
          : choice.path("text").asString("");
    }
    StringBuilder text = new StringBuilder();
    for (String data : events("")) {
      if (!data.strip().equals("[DONE]") && !data.isBlank()) {
        JsonNode choice = firstChoice(parse(data));
        text.append(
            kind == Kind.CHAT
                ? choice.path("delta").path("content").asString("")
                : choice.path("text").asString(""));
      }
    }
    return text.toString();
  }

  private boolean isStream() {
    return !body.stripLeading().startsWith("{");
  }

  /** The data of the events of this name; the ones of an answer have none. */
  private java.util.List<String> events(String name) {
    java.util.List<String> found = new java.util.ArrayList<>();
    for (String event : body.split("\r\n\r\n|\n\n|\r\r", -1)) {
      String named = field(event, "event").orElse("");
      if (named.equals(name)) {
        field(event, "data").ifPresent(found::add);
      }
    }
    return found;
  }

  private static Optional<String> field(String event, String name) {
    return event
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1))
        .map(value -> value.startsWith(" ") ? value.substring(1) : value)
        .reduce((first, second) -> first + "\n" + second);
  }

  private static JsonNode firstChoice(JsonNode answer) {
    for (JsonNode choice : answer.path("choices")) {
      if (choice.path("index").asInt(0) == 0) {
        return choice;
      }
    }
    return JSON.missingNode();
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new CodedException(
          CliError.ANSWER_UNREADABLE, "The answer is neither JSON nor a stream of it.", e);
    }
  }
}
