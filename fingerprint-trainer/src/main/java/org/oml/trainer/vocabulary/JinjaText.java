package org.oml.trainer.vocabulary;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/** Turns what the renderer does not know into what it knows, word by word. */
final class JinjaText {

  /** Marks what a model is trained on; it writes nothing. */
  private static final Pattern GENERATION =
      Pattern.compile("\\{%(-?)\\s*(end)?generation\\s*(-?)%}");

  private static final Pattern BACKWARDS = Pattern.compile("\\[\\s*:\\s*:\\s*-1\\s*]");

  private static final Pattern NAMESPACE = Pattern.compile("namespace\\(([^()]*)\\)");

  /** The renderer takes {@code a=b - 1} for the difference of {@code a=b} and 1. */
  private static final Pattern COMPUTED =
      Pattern.compile("(\\w+)\\s*=\\s*([^,'\"]*[-+*/][^,'\"]*)");

  /** The renderer would loop over nothing: a loop over what a condition chooses. */
  private static final Pattern CHOSEN =
      Pattern.compile(
          "\\{%(-?)\\s*(for\\s(?:(?!%}).)*?\\sin\\s(?:(?!%}| else ).)*?)\\sif\\s((?:(?!%}| else ).)*?)\\s*(-?)%}");

  private static final Pattern LOOP_EDGE =
      Pattern.compile("\\{%(-?)\\s*(end)?for\\b(?:(?!%}).)*%}", Pattern.DOTALL);

  private static final Pattern INNERMOST_CONDITION =
      Pattern.compile(
          "\\{%-?\\s*if\\b(?:(?!\\{%-?\\s*if\\b).)*?\\{%-?\\s*endif\\s*-?%}", Pattern.DOTALL);

  private static final Pattern ELSE = Pattern.compile("\\{%-?\\s*else\\b");

  private static final Pattern COUNT = Pattern.compile("\\bloop\\b");

  private JinjaText() {}

  static String prepared(String source) {
    String text = source.replace("\r\n", "\n");
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    text = withConditionsInside(text);
    text = GENERATION.matcher(text).replaceAll("{%$1 if true $3%}{% endif %}");
    text =
        NAMESPACE
            .matcher(text)
            .replaceAll(
                match ->
                    Matcher.quoteReplacement(
                        "namespace("
                            + COMPUTED.matcher(match.group(1)).replaceAll("$1=($2)")
                            + ")"));
    return BACKWARDS.matcher(text).replaceAll("|reverse");
  }

  /**
   * Loops over all, with the condition inside. Where the loop counts its rounds that would be
   * another text: such a loop ends with an exception, if a conversation ever reaches it.
   */
  private static String withConditionsInside(String source) {
    String text = source;
    for (Matcher loop = CHOSEN.matcher(text); loop.find(); loop = CHOSEN.matcher(text)) {
      Matcher end = end(text, loop.end());
      String body = text.substring(loop.end(), end.start());
      String inside =
          countsItsRounds(body)
              ? "{{ raise_exception('a loop with a condition counts its rounds') }}"
              : "{%%%s %s %%}{%% if %s %s%%}%s{%%%s endif %%}%s"
                  .formatted(
                      loop.group(1),
                      loop.group(2),
                      loop.group(3),
                      loop.group(4),
                      body,
                      end.group(1),
                      end.group());
      text = text.substring(0, loop.start()) + inside + text.substring(end.end());
    }
    return text;
  }

  /** Whether a body says which round it is in, or what to write if there is none. */
  private static boolean countsItsRounds(String body) {
    String flat = body;
    for (String before = ""; !flat.equals(before); ) {
      before = flat;
      flat = INNERMOST_CONDITION.matcher(flat).replaceAll("");
    }
    return COUNT.matcher(body).find() || ELSE.matcher(flat).find();
  }

  /** The end of the loop whose body begins at an offset. */
  private static Matcher end(String text, int from) {
    Matcher edge = LOOP_EDGE.matcher(text);
    int open = 1;
    for (int at = from; edge.find(at); at = edge.end()) {
      open += edge.group(2) == null ? 1 : -1;
      if (open == 0) {
        return edge;
      }
    }
    throw new CodedException(
        TrainerError.TEMPLATE_INVALID, "The chat template cannot be rendered: a loop has no end.");
  }
}
