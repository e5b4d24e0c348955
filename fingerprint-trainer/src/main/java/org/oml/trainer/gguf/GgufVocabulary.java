package org.oml.trainer.gguf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.vocabulary.Token;
import org.oml.trainer.vocabulary.Vocabulary;

/** A vocabulary in the terms of llama.cpp. */
final class GgufVocabulary {

  private GgufVocabulary() {}

  static void describe(GgufFile gguf, Vocabulary vocabulary) {
    switch (vocabulary.style()) {
      case BYTE_LEVEL ->
          gguf.put("tokenizer.ggml.model", "gpt2")
              .put("tokenizer.ggml.pre", splitting(vocabulary.splitting()))
              .putStrings("tokenizer.ggml.merges", vocabulary.merges());
      case SPACE_MARKED ->
          gguf.put("tokenizer.ggml.model", "llama")
              .put("tokenizer.ggml.pre", "default")
              .put("tokenizer.ggml.add_space_prefix", true)
              .putFloats("tokenizer.ggml.scores", scores(vocabulary));
    }
    List<Token> tokens = vocabulary.tokens();
    gguf.putStrings("tokenizer.ggml.tokens", tokens.stream().map(Token::piece).toList())
        .putIntegers(
            "tokenizer.ggml.token_type",
            tokens.stream().mapToInt(token -> type(token.kind())).toArray())
        .put("tokenizer.ggml.add_bos_token", vocabulary.addsBegin())
        .put("tokenizer.ggml.add_eos_token", false);
    vocabulary.begin().ifPresent(token -> gguf.put("tokenizer.ggml.bos_token_id", token));
    vocabulary.end().ifPresent(token -> gguf.put("tokenizer.ggml.eos_token_id", token));
    vocabulary.chatTemplate().ifPresent(text -> gguf.put("tokenizer.chat_template", text));
    for (int number = 0; number < tokens.size(); number++) {
      if (tokens.get(number).kind() == Token.Kind.UNKNOWN) {
        gguf.put("tokenizer.ggml.unknown_token_id", number);
      }
    }
  }

  private static String splitting(Vocabulary.Splitting splitting) {
    return switch (splitting) {
      case NONE -> "default";
      case GPT_2 -> "gpt-2";
      case LLAMA_3 -> "llama-bpe";
      case QWEN_2 -> "qwen2";
      case SMOLLM -> "smollm";
      case OTHER ->
          throw new CodedException(
              TrainerError.TOKENIZER_INVALID,
              "The tokenizer splits texts in a way for which no name in GGUF is known here.");
    };
  }

  private static int type(Token.Kind kind) {
    return switch (kind) {
      case TEXT -> 1;
      case UNKNOWN -> 2;
      case SPECIAL -> 3;
      case UNUSED -> 5;
      case BYTE -> 6;
    };
  }

  /**
   * llama.cpp merges the neighbours whose joint piece has the highest score, which is byte-pair
   * encoding if the score falls with the rank of the merge that makes the piece.
   */
  private static float[] scores(Vocabulary vocabulary) {
    Map<String, Integer> ranks = new HashMap<>();
    for (int rank = 0; rank < vocabulary.merges().size(); rank++) {
      ranks.putIfAbsent(vocabulary.merges().get(rank).replace(" ", ""), rank);
    }
    float[] scores = new float[vocabulary.tokens().size()];
    for (int number = 0; number < scores.length; number++) {
      Integer rank = ranks.get(vocabulary.tokens().get(number).piece());
      scores[number] = rank == null ? 0 : -1 - rank;
    }
    return scores;
  }
}
