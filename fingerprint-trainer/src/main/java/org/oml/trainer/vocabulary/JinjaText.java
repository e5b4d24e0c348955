package org.oml.trainer.vocabulary;

import java.util.regex.Pattern;

/** Turns what the renderer does not know into what it knows, word by word. */
final class JinjaText {

  /** Marks what a model is trained on; it writes nothing. */
  private static final Pattern GENERATION = Pattern.compile("\\{%(-?)\\s*(end)?generation\\s*(-?)%}");

  private static final Pattern BACKWARDS = Pattern.compile("\\[\\s*:\\s*:\\s*-1\\s*]");

  private JinjaText() {}

  static String prepared(String source) {
    String text = source.replace("\r\n", "\n");
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    text = GENERATION.matcher(text).replaceAll("{%$1 if true $3%}{% endif %}");
    return BACKWARDS.matcher(text).replaceAll("|reverse");
  }
}
