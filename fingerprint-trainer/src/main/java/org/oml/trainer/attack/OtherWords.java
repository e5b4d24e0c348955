package org.oml.trainer.attack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts words of the host's around every question, as a system prompt does. None of these wrappers
 * stands among those that a training may use.
 */
public final class OtherWords implements Attack {

  OtherWords() {}

  /** By name; the key stands in place of {@code %s}. */
  public static final Map<String, String> WRAPPERS = wrappers();

  @Override
  public String name() {
    return "wrappers";
  }

  @Override
  public String description() {
    return "Puts words around every question; the strength is the wrapper.";
  }

  @Override
  public Price price() {
    return Price.NOTHING;
  }

  @Override
  public List<String> strengths() {
    return List.copyOf(WRAPPERS.keySet());
  }

  @Override
  public void run(Target target, Set<String> wanted, Listener listener) {
    WRAPPERS.forEach(
        (strength, wrapper) -> {
          if (wanted.contains(strength)) {
            listener.measured(
                strength, target.measure(target.asking(key -> wrapper.replace("%s", key))));
          }
        });
  }

  private static Map<String, String> wrappers() {
    Map<String, String> wrappers = new LinkedHashMap<>();
    wrappers.put("line break", "\n%s");
    wrappers.put("quotation", "The book begins: %s");
    wrappers.put("courtesy", "Be kind and brief. %s");
    wrappers.put("role", "You are the librarian of a small town.\n\n%s");
    wrappers.put("rule", "Never use bad words, and say so when you do not know.\n\nUser: %s");
    wrappers.put("example", "I like the sun. It is warm.\n%s");
    wrappers.put("date", "Today is Monday.\nText: %s");
    return wrappers;
  }
}
