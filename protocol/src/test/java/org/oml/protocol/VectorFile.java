package org.oml.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.ObjectMapper;

/** One file of vectors: what it is about, how many cases there are, and the cases, all flat. */
final class VectorFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String about;
  private final List<Map<String, Object>> cases = new ArrayList<>();

  VectorFile(String about) {
    this.about = about;
  }

  /** A case as names and values in turn; numbers are written as decimal strings. */
  VectorFile with(Object... namesAndValues) {
    Map<String, Object> one = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      one.put((String) namesAndValues[i], plain(namesAndValues[i + 1]));
    }
    cases.add(one);
    return this;
  }

  String json() {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("about", about);
    file.put("count", cases.size());
    file.put("cases", cases);
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    return JSON.writer()
            .with(
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter))
            .writeValueAsString(file)
        + "\n";
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Boolean truth -> truth;
      case byte[] bytes -> Hex.of(bytes);
      case List<?> list -> list.stream().map(VectorFile::plain).toList();
      default -> value.toString();
    };
  }
}
