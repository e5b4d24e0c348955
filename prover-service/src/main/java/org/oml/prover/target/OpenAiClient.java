package org.oml.prover.target;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.prover.target.Reply.Answered;
import org.oml.prover.target.Reply.Unanswered;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks endpoints with the OpenAI interface, with the headers of an ordinary client. Safe for use by
 * many threads.
 */
public final class OpenAiClient {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(1);

  /** An answer to a few tokens is far smaller; what is larger is none. */
  private static final long LARGEST_BODY = 1 << 20;

  private static final int LONGEST_NAME = 256;

  private final Duration timeout;
  private final String userAgent;
  private final Clock clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @param timeout for a whole answer
   * @param userAgent what the client calls itself
   */
  public OpenAiClient(Duration timeout, String userAgent, Clock clock) {
    this.timeout = timeout;
    this.userAgent = userAgent;
    this.clock = clock;
  }

  /** How the endpoint calls the first of its models; empty if it does not say. */
  public Optional<String> model(Endpoint endpoint) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.at("/v1/models"))
            .header("User-Agent", userAgent)
            .header("Accept", "*/*")
            .build();
    try {
      HttpResponse<String> response = send(request);
      JsonNode name = JSON.readTree(response.body()).path("data").path(0).path("id");
      return response.statusCode() == 200 && name.isString() && isName(name.asString())
          ? Optional.of(name.asString())
          : Optional.empty();
    } catch (IOException | TimeoutException | JacksonException e) {
      return Optional.empty();
    }
  }

  /** Whether it can be sent back: half of a surrogate pair can be told in JSON, not in UTF-8. */
  private static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_NAME
        && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /**
   * Asks one question and waits for the whole answer.
   *
   * @param body a request of that kind, not streamed
   */
  public Reply ask(Endpoint endpoint, Kind kind, byte[] body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.at(path(kind)))
            .header("User-Agent", userAgent)
            .header("Accept", "*/*")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    long askedAt = clock.instant().getEpochSecond();
    try {
      HttpResponse<String> response = send(request);
      return response.statusCode() == 200
          ? answered(kind, body, response, askedAt)
          : unanswered(response);
    } catch (TimeoutException e) {
      return new Unanswered(Outcome.TIMED_OUT, Duration.ZERO);
    } catch (BoundedText.TooLarge e) {
      return new Unanswered(Outcome.UNREADABLE, Duration.ZERO);
    } catch (IOException e) {
      return new Unanswered(Outcome.UNREACHABLE, Duration.ZERO);
    }
  }

  /**
   * The client's own timeout ends with the headers, and looks like a lost connection; this one
   * covers a body that trickles.
   */
  private HttpResponse<String> send(HttpRequest request)
      throws IOException, TimeoutException, InterruptedException {
    CompletableFuture<HttpResponse<String>> sent =
        http.sendAsync(request, head -> new BoundedText(LARGEST_BODY));
    try {
      return sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (isTooLarge(e)) {
        throw new BoundedText.TooLarge();
      }
      throw new IOException("The connection to " + request.uri().getHost() + " failed", e);
    } finally {
      sent.cancel(true);
    }
  }

  private static boolean isTooLarge(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BoundedText.TooLarge) {
        return true;
      }
    }
    return false;
  }

  private Reply answered(Kind kind, byte[] body, HttpResponse<String> response, long askedAt) {
    Optional<String> answer = answer(kind, response.body());
    if (answer.isEmpty()) {
      return new Unanswered(Outcome.UNREADABLE, Duration.ZERO);
    }
    return new Answered(
        new Transcript(
            1,
            kind.name(),
            new String(body, StandardCharsets.UTF_8),
            answer.get(),
            header(response, "OML-Salt"),
            header(response, "OML-Permit"),
            header(response, "OML-Opening-Receipt"),
            header(response, "OML-Receipt"),
            askedAt,
            clock.instant().getEpochSecond()));
  }

  private static Optional<String> answer(Kind kind, String body) {
    try {
      JsonNode choice = JSON.readTree(body).path("choices").path(0);
      JsonNode text =
          switch (kind) {
            case CHAT -> choice.path("message").path("content");
            case COMPLETION -> choice.path("text");
          };
      return text.isString() ? Optional.of(text.asString()) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static Unanswered unanswered(HttpResponse<String> response) {
    int status = response.statusCode();
    if (status == 429) {
      return new Unanswered(Outcome.RATE_LIMITED, retryAfter(response));
    }
    return status >= 500
        ? new Unanswered(Outcome.ENGINE_FAILED, retryAfter(response))
        : new Unanswered(Outcome.REFUSED, Duration.ZERO);
  }

  /** In seconds, as rate limiters send it; a date is taken for no wish. */
  private static Duration retryAfter(HttpResponse<String> response) {
    String wish = header(response, "Retry-After");
    if (wish == null || !wish.matches("\\d{1,9}")) {
      return Duration.ZERO;
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(wish));
    return asked.compareTo(LONGEST_PATIENCE) < 0 ? asked : LONGEST_PATIENCE;
  }

  private static @Nullable String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse(null);
  }

  private static String path(Kind kind) {
    return switch (kind) {
      case CHAT -> "/v1/chat/completions";
      case COMPLETION -> "/v1/completions";
    };
  }
}
