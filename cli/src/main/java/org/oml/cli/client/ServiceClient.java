package org.oml.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.cli.CliError;
import org.oml.protocol.CodedException;
import org.oml.protocol.SignInMessage;
import org.oml.protocol.SigningKey;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * One service, asked as the holder of one account. Signs in when first needed and again when the token nears its end. A
 * call is tried again while the service cannot be reached, within {@link #PATIENCE}, so that a service that was killed and
 * started again is survived; every call that changes something may be sent twice by the services' own rules.
 */
public final class ServiceClient {

  /** How long a service may be away before a call fails. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration RENEW_BEFORE = Duration.ofMinutes(2);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final URI base;
  private final SigningKey account;
  private @Nullable String token;
  private Instant tokenEnds = Instant.MIN;

  /**
   * @param base such as {@code http://127.0.0.1:7501}
   * @param account signs in
   */
  public ServiceClient(URI base, SigningKey account) {
    this.base = base;
    this.account = account;
  }

  /** The object at a path. */
  public JsonNode get(String path) {
    return parse(send(request(path).GET()));
  }

  /** Posts an object and answers the one that came back; a missing node if none did. */
  public JsonNode post(String path, Map<String, ?> body) {
    return parse(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))));
  }

  /** Sends a file's bytes with their SHA-256 (RFC 9530). */
  public void putFile(String path, Path file, byte[] sha256) throws IOException {
    send(
        request(path)
            .header("Content-Type", "application/octet-stream")
            .header("Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":")
            .PUT(HttpRequest.BodyPublishers.ofFile(file)));
  }

  /** A file's bytes from an offset on; the status is 206 for a part and 200 for the whole. */
  public HttpResponse<InputStream> download(String path, long from, String etag) {
    HttpRequest.Builder request = request(path).GET();
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-").header("If-Range", etag);
    }
    return send(request);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(CALL_TIMEOUT);
  }

  private JsonNode parse(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      byte[] bytes = body.readAllBytes();
      return bytes.length == 0 ? json.missingNode() : json.readTree(bytes);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private HttpResponse<InputStream> send(HttpRequest.Builder request) {
    request.setHeader("Authorization", "Bearer " + token());
    return refuseProblems(sendPatiently(request.build()));
  }

  private synchronized String token() {
    if (token != null && Instant.now().isBefore(tokenEnds.minus(RENEW_BEFORE))) {
      return token;
    }
    String message =
        signIn("/v1/sign-in/challenge", Map.of("address", account.address().toString()))
            .required("message")
            .asString();
    requireForThisService(SignInMessage.parse(message));
    JsonNode answer =
        signIn("/v1/sign-in", Map.of("message", message, "signature", account.signMessage(message).toString()));
    token = answer.required("token").asString();
    tokenEnds = Instant.parse(answer.required("expiresAt").asString());
    return token;
  }

  /** Otherwise a service could pass on another's challenge and sign in there with our account. */
  private void requireForThisService(SignInMessage message) {
    if (!message.domain().equals(base.getRawAuthority()) || !message.address().equals(account.address())) {
      throw new CodedException(
          CliError.REFUSED, "The challenge of " + base + " is for " + message.domain() + "; nothing was signed.");
    }
  }

  private JsonNode signIn(String path, Map<String, ?> body) {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
            .build();
    return parse(refuseProblems(sendPatiently(request)));
  }

  private HttpResponse<InputStream> sendPatiently(HttpRequest request) {
    Instant patience = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 503 || Instant.now().isAfter(patience)) {
          return response;
        }
        response.body().close();
      } catch (IOException e) {
        if (Instant.now().isAfter(patience)) {
          throw unreachable(e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unreachable(e);
      }
      pause();
    }
  }

  private HttpResponse<InputStream> refuseProblems(HttpResponse<InputStream> response) {
    if (response.statusCode() < 400) {
      return response;
    }
    try (InputStream body = response.body()) {
      String text = new String(body.readNBytes(64 * 1024), StandardCharsets.UTF_8);
      throw new CodedException(CliError.REFUSED, response.request().uri().getPath() + ": " + text);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private CodedException unreachable(Exception cause) {
    return new CodedException(CliError.UNREACHABLE, base + " does not answer.", cause);
  }

  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
