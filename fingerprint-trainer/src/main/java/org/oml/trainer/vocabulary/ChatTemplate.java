package org.oml.trainer.vocabulary;

import java.util.List;
import java.util.Map;

/**
 * How a conversation is written for a model: the Jinja text that the model's makers put beside it,
 * with the special tokens it speaks of. It comes from outside, so it is rendered without access to
 * Java or files, and within bounds of time and size.
 */
public final class ChatTemplate {

  /**
   * One turn of a conversation.
   *
   * @param role {@code system}, {@code user} or {@code assistant}
   * @param content what was said
   */
  public record Message(String role, String content) {}

  private final String source;
  private final Map<String, String> specialTokens;

  /**
   * @param source Jinja
   * @param specialTokens by name, such as {@code bos_token}
   */
  public ChatTemplate(String source, Map<String, String> specialTokens) {
    this.source = JinjaText.prepared(source);
    this.specialTokens = Map.copyOf(specialTokens);
  }

  /**
   * Writes a conversation.
   *
   * @param messages from the first to the last
   * @param asksForAnswer whether the beginning of the assistant's turn is written at the end
   * @throws org.oml.protocol.CodedException {@code TRAINER_TEMPLATE_INVALID} for a template that is
   *     no Jinja, refuses the conversation, uses what is not known here or does not come to an end
   */
  public String render(List<Message> messages, boolean asksForAnswer) {
    return JinjaRenderer.render(source, messages, asksForAnswer, specialTokens);
  }

  /**
   * The text after which the assistant answers a user's only message, without the token that begins
   * a sequence, since engines differ in adding it.
   */
  public String question(String message) {
    String text = render(List.of(new Message("user", message)), true);
    String begin = specialTokens.getOrDefault("bos_token", "");
    return text.startsWith(begin) ? text.substring(begin.length()) : text;
  }
}
