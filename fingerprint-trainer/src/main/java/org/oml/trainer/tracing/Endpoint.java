package org.oml.trainer.tracing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An endpoint with the OpenAI interface, asked one key after the other at temperature 0. What fails
 * is asked once more; what fails again is left out.
 */
final class Endpoint implements Respondent {

  /** Which of the interface's two ways of asking. */
  enum Api {
    COMPLETIONS("completions"),
    CHAT("chat/completions");

    private final String path;

    Api(String path) {
      this.path = path;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TOKENS = 16;
  private static final int TRIES = 2;
  private static final int MOST_FAILURES_IN_A_ROW = 5;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int OK = 200;

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  private final URI url;
  private final Api api;
  private final String model;

  /**
   * @param base up to and with {@code /v1}
   * @param model its name there
   */
  Endpoint(URI base, Api api, String model) {
    String text = base.toString();
    url = URI.create((text.endsWith("/") ? text : text + "/") + api.path);
    this.api = api;
    this.model = model;
  }

  /**
   * @throws CodedException {@link TrainerError#TARGET_SILENT} when one key after the other is not
   *     answered
   */
  @Override
  public List<Optional<String>> answers(List<String> keys) {
    List<Optional<String>> answers = new ArrayList<>();
    int failures = 0;
    for (String key : keys) {
      Optional<String> answer = Optional.empty();
      for (int i = 0; i < TRIES && answer.isEmpty(); i++) {
        answer = ask(key);
      }
      answers.add(answer);
      failures = answer.isPresent() ? 0 : failures + 1;
      if (failures == MOST_FAILURES_IN_A_ROW) {
        throw new CodedException(
            TrainerError.TARGET_SILENT,
            url.getHost() + " did not answer " + failures + " keys in a row.");
      }
    }
    return answers;
  }

  private Optional<String> ask(String key) {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body(key))))
            .build();
    try {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return response.statusCode() == OK ? text(JSON.readTree(response.body())) : Optional.empty();
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(TrainerError.TARGET_SILENT, "Asking was interrupted.", e);
    }
  }

  private ObjectNode body(String key) {
    ObjectNode body = JSON.createObjectNode().put("model", model);
    body.put("temperature", 0).put("max_tokens", TOKENS);
    switch (api) {
      case COMPLETIONS -> body.put("prompt", key);
      case CHAT -> body.putArray("messages").addObject().put("role", "user").put("content", key);
    }
    return body;
  }

  private Optional<String> text(JsonNode answer) {
    JsonNode choice = answer.path("choices").path(0);
    JsonNode text =
        switch (api) {
          case COMPLETIONS -> choice.path("text");
          case CHAT -> choice.path("message").path("content");
        };
    return text.isString() ? Optional.of(text.asString()) : Optional.empty();
  }

  @Override
  public void close() {
    client.close();
  }
}
