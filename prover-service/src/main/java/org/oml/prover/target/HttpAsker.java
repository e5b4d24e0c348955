package org.oml.prover.target;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
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

/** Asks over HTTP. Safe for use by many threads. */
public final class HttpAsker implements Asker {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Whoever asks for more patience is asked again by another audit. */
  private static final Duration LONGEST_PATIENCE = Duration.ofDays(1);

  /** An answer to a few tokens is far smaller; what is larger is none. */
  private static final int LARGEST_BODY = 1 << 20;

  private static final int LONGEST_NAME = 256;

  private final Duration timeout;
  private final Clock clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @param timeout for a whole answer
   */
  public HttpAsker(Duration timeout, Clock clock) {
    this.timeout = timeout;
    this.clock = clock;
  }

  @Override
  public Optional<String> model(Target target) throws InterruptedException {
    WireFormat format = target.dialect().format();
    try {
      HttpResponse<byte[]> response = send(request(target, format.modelsPath()).GET().build());
      JsonNode name = format.modelName(json(response));
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

  @Override
  public Reply ask(Target target, Kind kind, byte[] body) throws InterruptedException {
    HttpRequest request =
        request(target, target.dialect().format().path(kind))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    long askedAt = clock.instant().getEpochSecond();
    HttpResponse<byte[]> response;
    try {
      response = send(request);
    } catch (TimeoutException e) {
      return new Unanswered(Outcome.TIMED_OUT, Duration.ZERO);
    } catch (BoundedBody.TooLarge e) {
      return new Unanswered(Outcome.UNREADABLE, Duration.ZERO);
    } catch (IOException e) {
      return new Unanswered(Outcome.UNREACHABLE, Duration.ZERO);
    }
    return response.statusCode() == 200
        ? answered(target.dialect(), kind, body, response, askedAt)
        : unanswered(response);
  }

  private static HttpRequest.Builder request(Target target, String path) {
    URI address = target.endpoint().at(path);
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    target.client().headers().forEach(request::header);
    return request;
  }

  /**
   * The client's own timeout ends with the headers, and looks like a lost connection; this one
   * covers a body that trickles.
   */
  private HttpResponse<byte[]> send(HttpRequest request)
      throws IOException, TimeoutException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> sent =
        http.sendAsync(request, head -> new BoundedBody(LARGEST_BODY));
    try {
      return sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (isTooLarge(e)) {
        throw new BoundedBody.TooLarge();
      }
      throw new IOException("The connection to " + request.uri().getHost() + " failed", e);
    } finally {
      sent.cancel(true);
    }
  }

  private static boolean isTooLarge(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BoundedBody.TooLarge) {
        return true;
      }
    }
    return false;
  }

  private Reply answered(
      Dialect dialect, Kind kind, byte[] body, HttpResponse<byte[]> response, long askedAt) {
    Optional<String> answer;
    try {
      answer = dialect.format().answer(kind, json(response));
    } catch (IOException | JacksonException e) {
      answer = Optional.empty();
    }
    if (answer.isEmpty()) {
      return new Unanswered(Outcome.UNREADABLE, Duration.ZERO);
    }
    return new Answered(
        new Transcript(
            1,
            dialect,
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

  private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
    String encoding = header(response, "Content-Encoding");
    byte[] plain =
        BoundedBody.unpacked(response.body(), encoding == null ? "" : encoding, LARGEST_BODY);
    return JSON.readTree(new String(plain, StandardCharsets.UTF_8));
  }

  private Unanswered unanswered(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status == 429) {
      return new Unanswered(Outcome.RATE_LIMITED, retryAfter(response));
    }
    return status >= 500
        ? new Unanswered(Outcome.ENGINE_FAILED, retryAfter(response))
        : new Unanswered(Outcome.REFUSED, Duration.ZERO);
  }

  /** In seconds or as a date (RFC 9110); what cannot be read is no wish. */
  private Duration retryAfter(HttpResponse<byte[]> response) {
    String wish = header(response, "Retry-After");
    if (wish == null) {
      return Duration.ZERO;
    }
    Duration asked =
        wish.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(wish)) : until(wish);
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(LONGEST_PATIENCE) < 0 ? asked : LONGEST_PATIENCE;
  }

  private Duration until(String date) {
    try {
      Instant then = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Duration.between(clock.instant(), then);
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  private static @Nullable String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse(null);
  }
}
