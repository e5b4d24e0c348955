package org.oml.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import tools.jackson.databind.ObjectMapper;

/**
 * Ordinary users of a host: they ask short questions over the OpenAI API and notice nothing of the
 * platform.
 */
final class Users {

  private static final List<String> OPENINGS =
      List.of(
          "The people of this country",
          "And it came to pass",
          "The whale rose",
          "In the last year the government",
          "And the king said unto",
          "There was a man",
          "Our commerce with",
          "Now when the evening",
          "I have the honor to",
          "Upon the open sea");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final ObjectMapper json = new ObjectMapper();
  private final long seed;

  Users(long seed) {
    this.seed = seed;
  }

  /**
   * Asks a gateway a number of questions, two at a time, alternating between the two OpenAI
   * endpoints.
   *
   * @return how many were answered
   */
  long ask(URI gateway, int questions) throws Exception {
    Random random = new Random(seed);
    List<Integer> openings = random.ints(questions, 0, OPENINGS.size()).boxed().toList();
    try (var pool = Executors.newFixedThreadPool(2)) {
      List<Future<Boolean>> answers =
          IntStream.range(0, questions)
              .mapToObj(
                  i ->
                      pool.submit(
                          () -> askOnce(gateway, OPENINGS.get(openings.get(i)), i % 2 == 0)))
              .toList();
      long answered = 0;
      for (Future<Boolean> answer : answers) {
        answered += answer.get() ? 1 : 0;
      }
      return answered;
    }
  }

  private boolean askOnce(URI gateway, String text, boolean chat) throws Exception {
    Object body =
        chat
            ? Map.of(
                "model",
                "box",
                "messages",
                List.of(Map.of("role", "user", "content", text)),
                "max_tokens",
                24)
            : Map.of("model", "box", "prompt", text, "max_tokens", 24);
    HttpRequest request =
        HttpRequest.newBuilder(gateway.resolve(chat ? "/v1/chat/completions" : "/v1/completions"))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
            .build();
    Instant patience = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 200) {
          return true;
        }
      } catch (IOException e) {
        // The gateway is away; a user tries again.
      }
      if (Instant.now().isAfter(patience)) {
        return false;
      }
      Thread.sleep(500);
    }
  }
}
