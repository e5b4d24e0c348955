package org.oml.platform.engine;

/**
 * How an answer came out.
 *
 * @param text the whole text, without the stop text that ended it
 * @param promptTokens tokens read
 * @param completionTokens tokens written
 * @param cut whether it ended because no more tokens were allowed
 */
record Completion(String text, int promptTokens, int completionTokens, boolean cut) {

  String finishReason() {
    return cut ? "length" : "stop";
  }
}
