package org.oml.trainer.vocabulary;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** {@code tojson} as Python's {@code json.dumps} writes it, with or without an indent. */
final class JsonFilter implements Filter {

  private static final JsonMapper JSON = new JsonMapper();

  @Override
  public String getName() {
    return "tojson";
  }

  @Override
  public Object filter(
      @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
    return filter(value, interpreter, new Object[0], Map.of());
  }

  @Override
  public Object filter(
      @Nullable Object value,
      JinjavaInterpreter interpreter,
      Object[] arguments,
      Map<String, Object> named) {
    Object asked = named.getOrDefault("indent", arguments.length > 0 ? arguments[0] : -1);
    StringBuilder written = new StringBuilder();
    write(written, value, asked instanceof Number indent ? indent.intValue() : -1, 0);
    return written.toString();
  }

  private static void write(StringBuilder out, @Nullable Object value, int indent, int depth) {
    JinjaRenderer.requireTime();
    switch (value) {
      case Map<?, ?> map -> {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(separator);
          newLine(out, indent, depth + 1);
          out.append(JSON.writeValueAsString(String.valueOf(entry.getKey()))).append(": ");
          write(out, entry.getValue(), indent, depth + 1);
          separator = indent < 0 ? ", " : ",";
        }
        end(out, indent, depth, map.isEmpty()).append('}');
      }
      case List<?> list -> {
        out.append('[');
        String separator = "";
        for (Object element : list) {
          out.append(separator);
          newLine(out, indent, depth + 1);
          write(out, element, indent, depth + 1);
          separator = indent < 0 ? ", " : ",";
        }
        end(out, indent, depth, list.isEmpty()).append(']');
      }
      case Number number -> out.append(number);
      case Boolean flag -> out.append(flag);
      case null -> out.append("null");
      default -> out.append(JSON.writeValueAsString(value.toString()));
    }
  }

  private static StringBuilder end(StringBuilder out, int indent, int depth, boolean empty) {
    if (!empty) {
      newLine(out, indent, depth);
    }
    return out;
  }

  private static void newLine(StringBuilder out, int indent, int depth) {
    if (indent >= 0) {
      out.append('\n');
      Collections.nCopies(indent * depth, " ").forEach(out::append);
    }
  }
}
