package org.oml.gateway.permit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.oml.gateway.GatewayError;
import org.oml.gateway.host.HostIdentity;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.SignInMessage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Speaks with the permission service: signs in with the gateway key and asks for single permits.
 */
final class PermissionClient implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration RENEW_BEFORE = Duration.ofMinutes(1);

  private record Token(String value, Instant renewAt) {}

  private final String base;
  private final HostIdentity host;
  private final Duration callLimit;
  private final InstantSource clock;
  private final HttpClient client;
  private final ReentrantLock signingIn = new ReentrantLock();
  private volatile @Nullable Token token;

  /**
   * @param base of the permission service
   * @param callLimit for one call
   */
  PermissionClient(URI base, HostIdentity host, Duration callLimit, InstantSource clock) {
    this.base = base.toString().replaceAll("/+$", "");
    this.host = host;
    this.callLimit = callLimit;
    this.clock = clock;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(callLimit)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /**
   * Asks once.
   *
   * @throws IOException when the service is away or cannot answer now; asking again is right and
   *     gets the same permit
   * @throws CodedException {@link GatewayError#PERMIT_REFUSED} when it refuses
   */
  IssuedPermit permit(Bytes32 queryHash) throws IOException {
    Map<String, String> question =
        Map.of("queryHash", queryHash.toString(), "instanceId", host.instanceId().toString());
    Token used = currentToken();
    HttpResponse<byte[]> response = post("/v1/permits", question, used);
    if (response.statusCode() == 401) {
      forget(used);
      response = post("/v1/permits", question, currentToken());
    }
    return IssuedPermit.parse(text(answer(response), "permit"));
  }

  /** Whether the service says that it can do its work. */
  boolean isUp() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/health")).timeout(callLimit).build();
    try {
      return send(request).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private Token currentToken() throws IOException {
    signingIn.lock();
    try {
      Token current = token;
      if (current == null || clock.instant().isAfter(current.renewAt())) {
        current = signIn();
        token = current;
      }
      return current;
    } finally {
      signingIn.unlock();
    }
  }

  private void forget(Token used) {
    signingIn.lock();
    try {
      if (used.equals(token)) {
        token = null;
      }
    } finally {
      signingIn.unlock();
    }
  }

  private Token signIn() throws IOException {
    Map<String, String> who = Map.of("address", host.key().address().toString());
    String text = text(answer(post("/v1/sign-in/challenge", who, null)), "message");
    SignInMessage message = SignInMessage.parse(text);
    // Otherwise the service could pass on another's challenge and sign in there with this key.
    if (!message.address().equals(host.key().address())
        || !message.domain().equals(URI.create(base).getRawAuthority())) {
      throw new CodedException(
          GatewayError.PERMIT_REFUSED,
          "The permission service asks for a sign-in at " + message.domain() + ".");
    }
    String signature = host.key().signMessage(message.text()).toString();
    JsonNode answer =
        answer(post("/v1/sign-in", Map.of("message", text, "signature", signature), null));
    try {
      Instant expiresAt = Instant.parse(text(answer, "expiresAt"));
      return new Token(text(answer, "token"), expiresAt.minus(RENEW_BEFORE));
    } catch (DateTimeParseException e) {
      throw new IOException("the sign-in's answer has no readable time", e);
    }
  }

  private HttpResponse<byte[]> post(String path, Map<String, String> body, @Nullable Token as)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(callLimit)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    if (as != null) {
      request.header("Authorization", "Bearer " + as.value());
    }
    return send(request.build());
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(GatewayError.PERMIT_UNAVAILABLE, "The gateway is being stopped.", e);
    }
  }

  private static JsonNode answer(HttpResponse<byte[]> response) throws IOException {
    JsonNode body = json(response.body());
    int status = response.statusCode();
    if (status == 200) {
      return body;
    }
    String code = body.path("code").asString("");
    String detail =
        "The permission service answered "
            + status
            + " "
            + code
            + ": "
            + body.path("detail").asString("");
    if (status == 429 || status >= 500) {
      throw new IOException(detail.strip());
    }
    throw new CodedException(GatewayError.PERMIT_REFUSED, detail);
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      return JSON.nullNode();
    }
  }

  private static String text(JsonNode json, String name) throws IOException {
    String text = json.path(name).asString("");
    if (text.isEmpty()) {
      throw new IOException("the permission service's answer has no " + name);
    }
    return text;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
