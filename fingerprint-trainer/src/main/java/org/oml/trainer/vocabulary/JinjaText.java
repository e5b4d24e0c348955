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

  /** The renderer would loop over nothing. */
  private static final Pattern CHOSEN =
      Pattern.compile(
          "\\{%-?\\s*for\\s(?:(?!%}).)*?\\sin\\s(?:(?!%}| else ).)*?\\sif\\s(?:(?!%}| else ).)*%}");

  private JinjaText() {}

  static String prepared(String source) {
    String text = source.replace("\r\n", "\n");
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    if (CHOSEN.matcher(text).find()) {
      throw new CodedException(
          TrainerError.TEMPLATE_INVALID, "The chat template cannot be rendered: a loop has an if.");
    }
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
}
