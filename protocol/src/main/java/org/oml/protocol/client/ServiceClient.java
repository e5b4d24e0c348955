package org.oml.protocol.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.SignInMessage;
import org.oml.protocol.SigningKey;
import org.oml.protocol.span.Traces;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * One service, asked as the holder of one account. Signs in when first needed, and again when the
 * token nears its end or is refused. A call is tried again while the service cannot be reached, for
 * as long as the patience lasts from the first failure on, so that a service that was killed and
 * started again is survived, and so is one call that a busy machine did not answer in time; every
 * call that changes something may be sent twice by the services' own rules. Safe for use by many
 * threads.
 */
public final class ServiceClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

  /** The last part's answer waits until the whole file is hashed and kept. */
  private static final Duration UPLOAD_TIMEOUT = Duration.ofMinutes(10);

  /** Bytes a second of a line that a file sent in one call is still waited for. */
  private static final long SLOWEST = 16 << 10;

  private static final Duration RENEW_BEFORE = Duration.ofMinutes(2);
  private static final long PAUSE_MILLISECONDS = 300;
  private static final int LONGEST_PROBLEM = 64 * 1024;
  private static final int UNAUTHORIZED = 401;
  private static final int UNAVAILABLE = 503;
  private static final int REDIRECT = 307;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final URI base;
  private final SigningKey account;
  private final Duration patience;
  private final Duration callTimeout;
  private @Nullable Token token;

  /**
   * @param base such as {@code http://127.0.0.1:7501}
   * @param account signs in
   * @param patience how long a service may be away before a call fails
   */
  public ServiceClient(URI base, SigningKey account, Duration patience) {
    this(base, account, patience, CALL_TIMEOUT);
  }

  /**
   * @param callTimeout how long an answer may take before the call is tried again, and how long its
   *     body may bring nothing
   */
  ServiceClient(URI base, SigningKey account, Duration patience, Duration callTimeout) {
    this.base = base;
    this.account = account;
    this.patience = patience;
    this.callTimeout = callTimeout;
  }

  private record Token(String text, Instant ends) {}

  /**
   * The object at a path.
   *
   * @throws CodedException a {@link Refusal}, or {@link ClientError}
   */
  public JsonNode get(String path) {
    return parse(send(request(path).GET()));
  }

  /**
   * The object at a path.
   *
   * @param headers further ones that the call takes
   */
  public JsonNode get(String path, Map<String, String> headers) {
    HttpRequest.Builder request = request(path).GET();
    headers.forEach(request::header);
    return parse(send(request));
  }

  /** Posts an object and answers the one that came back; a missing node if none did. */
  public JsonNode post(String path, Map<String, ?> body) {
    return parse(send(withBody(path, "POST", body)));
  }

  /** Like {@link #post}, for a path whose content is replaced. */
  public JsonNode put(String path, Map<String, ?> body) {
    return parse(send(withBody(path, "PUT", body)));
  }

  /**
   * Removes what is at a path and answers the object that came back; a missing node if none did.
   */
  public JsonNode delete(String path) {
    return parse(send(request(path).DELETE()));
  }

  /**
   * Sends a file's bytes with their SHA-256 (RFC 9530).
   *
   * @param headers further ones
   */
  public void putFile(String path, Path file, Bytes32 sha256, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/octet-stream")
            .header("Repr-Digest", digest(sha256))
            .timeout(callTimeout.plusSeconds(Files.size(file) / SLOWEST))
            .PUT(HttpRequest.BodyPublishers.ofFile(file));
    headers.forEach(request::header);
    parse(send(request));
  }

  /**
   * Sends a part of a file, as the registry's uploads have it.
   *
   * @param headers that say of which file and from where on
   */
  public JsonNode patch(String path, byte[] part, Map<String, String> headers) {
    HttpRequest.Builder request =
        request(path)
            .timeout(UPLOAD_TIMEOUT)
            .header("Content-Type", "application/octet-stream")
            .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(part));
    headers.forEach(request::header);
    return parse(send(request));
  }

  /** How a file's SHA-256 stands in a header (RFC 9530). */
  static String digest(Bytes32 sha256) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(sha256.toBytes()) + ":";
  }

  /** A file's bytes, all of them. The caller closes the body. */
  public HttpResponse<InputStream> download(String path) {
    return followed(send(request(path).GET()), Map.of());
  }

  /**
   * A part of a file. The status is 206, and 200 where the file is another than the tag says. The
   * caller closes the body.
   *
   * @param from first byte
   * @param to last byte, inclusive
   */
  public HttpResponse<InputStream> download(String path, long from, long to, String etag) {
    String range = "bytes=" + from + "-" + to;
    return followed(
        send(request(path).GET().header("Range", range).header("If-Range", etag)),
        Map.of("Range", range));
  }

  /**
   * Where the registry keeps its files elsewhere it answers with an address that opens just this
   * file. Our token is not for whoever is there, and neither is our tag.
   */
  private HttpResponse<InputStream> followed(
      HttpResponse<InputStream> response, Map<String, String> headers) {
    if (response.statusCode() != REDIRECT) {
      return response;
    }
    close(response);
    String address = response.headers().firstValue("Location").orElse("");
    URI elsewhere = base.resolve(address);
    if (!"http".equals(elsewhere.getScheme()) && !"https".equals(elsewhere.getScheme())) {
      throw new CodedException(ClientError.UNREACHABLE, base + " sends on to no web address.");
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(elsewhere).timeout(callTimeout).GET();
    headers.forEach(request::header);
    return refuseProblems(sendPatiently(request.build()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(callTimeout);
  }

  private HttpRequest.Builder withBody(String path, String method, Map<String, ?> body) {
    return request(path)
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
  }

  private HttpResponse<InputStream> send(HttpRequest.Builder request) {
    Token first = token(null);
    HttpResponse<InputStream> response = sendPatiently(authorized(request, first));
    if (response.statusCode() == UNAUTHORIZED) {
      close(response);
      response = sendPatiently(authorized(request, token(first)));
    }
    return refuseProblems(response);
  }

  private static HttpRequest authorized(HttpRequest.Builder request, Token token) {
    return request.setHeader("Authorization", "Bearer " + token.text()).build();
  }

  private synchronized Token token(@Nullable Token refused) {
    Token kept = token;
    if (kept == null
        || kept.equals(refused)
        || Instant.now().isAfter(kept.ends().minus(RENEW_BEFORE))) {
      kept = signIn();
      token = kept;
    }
    return kept;
  }

  private Token signIn() {
    String message =
        anonymously("/v1/sign-in/challenge", Map.of("address", account.address().toString()))
            .required("message")
            .asString();
    requireForThisService(SignInMessage.parse(message));
    JsonNode answer =
        anonymously(
            "/v1/sign-in",
            Map.of("message", message, "signature", account.signMessage(message).toString()));
    return new Token(
        answer.required("token").asString(),
        Instant.parse(answer.required("expiresAt").asString()));
  }

  /** Otherwise a service could pass on another's challenge and sign in there with our account. */
  private void requireForThisService(SignInMessage message) {
    if (!message.domain().equals(base.getRawAuthority())
        || !message.address().equals(account.address())) {
      throw new CodedException(
          ClientError.CHALLENGE_FOREIGN,
          "The challenge of " + base + " is for " + message.domain() + "; nothing was signed.");
    }
  }

  private JsonNode anonymously(String path, Map<String, ?> body) {
    return parse(refuseProblems(sendPatiently(withBody(path, "POST", body).build())));
  }

  private HttpResponse<InputStream> sendPatiently(HttpRequest request) {
    Instant end = null;
    while (true) {
      try {
        HttpResponse<InputStream> response = Traces.send(http, request, this::watched);
        end = end == null ? Instant.now().plus(patience) : end;
        if (response.statusCode() != UNAVAILABLE || !Instant.now().isBefore(end)) {
          return response;
        }
        close(response);
      } catch (IOException e) {
        end = end == null ? Instant.now().plus(patience) : end;
        if (!Instant.now().isBefore(end)) {
          throw unreachable(e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unreachable(e);
      }
      pause();
    }
  }

  private HttpResponse.BodySubscriber<InputStream> watched(HttpResponse.ResponseInfo head) {
    return HttpResponse.BodySubscribers.mapping(
        HttpResponse.BodySubscribers.ofInputStream(), body -> new WatchedBody(body, callTimeout));
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(e);
    }
  }

  private HttpResponse<InputStream> refuseProblems(HttpResponse<InputStream> response) {
    if (response.statusCode() < 400) {
      return response;
    }
    String path = response.request().uri().getPath();
    JsonNode problem = problem(response);
    throw new CodedException(
        new Refusal(
            response.statusCode(),
            problem.path("code").asString("SERVICE_FAILED"),
            problem.path("next").asString("Look into the service's log.")),
        path
            + " was refused: "
            + problem.path("detail").asString("status " + response.statusCode()));
  }

  private JsonNode problem(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      return json.readTree(body.readNBytes(LONGEST_PROBLEM));
    } catch (JacksonException notJson) {
      return json.missingNode();
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private JsonNode parse(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      byte[] bytes = body.readAllBytes();
      return bytes.length == 0 ? json.missingNode() : json.readTree(bytes);
    } catch (IOException | JacksonException e) {
      throw unreachable(e);
    }
  }

  private void close(HttpResponse<InputStream> response) {
    try {
      response.body().close();
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private CodedException unreachable(Exception cause) {
    return new CodedException(
        ClientError.UNREACHABLE, base + " gives no answer that can be read.", cause);
  }
}
