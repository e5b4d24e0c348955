package org.oml.host.permit;

import java.io.IOException;
import java.math.BigInteger;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.oml.host.HostError;
import org.oml.host.HostIdentity;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.SignInMessage;
import org.oml.protocol.UsageAck;
import org.oml.protocol.span.Traces;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Speaks with the permission service: signs in with the gateway key and asks for permits, one by
 * one or many at once.
 */
public final class PermissionClient implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration RENEW_BEFORE = Duration.ofMinutes(1);
  private static final Duration ASK_FOR_BATCHES_AGAIN = Duration.ofMinutes(10);
  private static final String UNACKNOWLEDGED = "PERMISSION_USAGE_UNACKNOWLEDGED";
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;

  private record Token(String value, Instant renewAt) {}

  /** There are permits as soon as the host has acknowledged those that it has had. */
  static final class UnacknowledgedException extends IOException {

    private static final long serialVersionUID = 1;

    UnacknowledgedException(String detail) {
      super(detail);
    }
  }

  private final String base;
  private final HostIdentity host;
  private final Duration callLimit;
  private final InstantSource clock;
  private final HttpClient client;
  private final ReentrantLock signingIn = new ReentrantLock();
  private volatile @Nullable Token token;
  private volatile Instant noBatchesUntil = Instant.MIN;

  /**
   * @param base of the permission service
   * @param callLimit for one call
   */
  public PermissionClient(URI base, HostIdentity host, Duration callLimit, InstantSource clock) {
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
   * @throws CodedException {@link HostError#PERMIT_REFUSED} when it refuses
   */
  IssuedPermit permit(Bytes32 queryHash) throws IOException {
    Map<String, Object> question =
        Map.of("queryHash", queryHash.toString(), "instanceId", host.instanceId().toString());
    return IssuedPermit.parse(text(answer(postSignedIn("/v1/permits", question)), "permit"));
  }

  /** Whether it is worth asking for several permits at once. */
  boolean offersBatches() {
    return clock.instant().isAfter(noBatchesUntil);
  }

  /**
   * Asks once for several, signed together: one signature is made and checked for all. What the
   * answer lacks was refused; asked for alone, the service says why.
   */
  Map<Bytes32, IssuedPermit> permits(List<Bytes32> queryHashes) throws IOException {
    Map<String, Object> question =
        Map.of(
            "queryHashes",
            queryHashes.stream().map(Bytes32::toString).toList(),
            "instanceId",
            host.instanceId().toString(),
            "form",
            "merkle");
    HttpResponse<byte[]> response = postSignedIn("/v1/permits/batch", question);
    if (isUnknown(response)) {
      noBatchesUntil = clock.instant().plus(ASK_FOR_BATCHES_AGAIN);
      return Map.of();
    }
    Map<Bytes32, IssuedPermit> permits = new HashMap<>();
    for (IssuedPermit permit : listed(answer(response))) {
      permits.put(permit.permit().queryHash(), permit);
    }
    return permits;
  }

  /**
   * Buys blank permits; the same request is sold once, and while its permits live it gets the same
   * ones.
   *
   * @param requestId drawn by the buyer
   * @throws CodedException {@link HostError#PERMIT_REFUSED} when the service sells none
   */
  List<IssuedPermit> blanks(Bytes32 requestId, int count) throws IOException {
    Map<String, Object> question =
        Map.of(
            "requestId",
            requestId.toString(),
            "count",
            count,
            "instanceId",
            host.instanceId().toString());
    return listed(answer(postSignedIn("/v1/permits/blank", question)));
  }

  /**
   * Acknowledges usage, signed with the gateway key.
   *
   * @throws IOException when the service is away; saying it again is right
   * @throws CodedException {@link HostError#ACKNOWLEDGEMENT_REFUSED}
   */
  public void acknowledge(UsageAck usage) throws IOException {
    Map<String, Object> said =
        Map.of(
            "modelId", usage.modelId().toString(),
            "host", usage.host().toString(),
            "cumulativeCount", Long.toString(usage.cumulativeCount()),
            "cumulativeCharge", usage.cumulativeCharge().toString(),
            "at", usage.at(),
            "signature", host.key().sign(usage.digest(host.domain())).toString());
    try {
      answer(postSignedIn("/v1/acknowledgements", said));
    } catch (CodedException e) {
      if (e.code() != HostError.PERMIT_REFUSED) {
        throw e;
      }
      throw new CodedException(
          HostError.ACKNOWLEDGEMENT_REFUSED,
          "Of %d permits for %s: %s"
              .formatted(usage.cumulativeCount(), usage.cumulativeCharge(), e.getMessage()),
          e);
    }
  }

  /**
   * What a host has had and acknowledged for its model, as the service counts.
   *
   * @param permits how many
   * @param charge what they cost
   * @param acknowledged how many of them are acknowledged
   */
  public record ServiceUsage(long permits, BigInteger charge, long acknowledged) {}

  /** What the service counts. */
  public ServiceUsage usage() throws IOException {
    JsonNode answer = answer(getSignedIn("/v1/hosts/" + host.wallet() + "/usage"));
    for (JsonNode model : answer.path("models")) {
      if (model.path("modelId").asString("").equals(host.modelId().toString())) {
        return new ServiceUsage(
            Long.parseLong(text(model, "permits")),
            new BigInteger(text(model, "charge")),
            Long.parseLong(text(model, "acknowledged")));
      }
    }
    return new ServiceUsage(0, BigInteger.ZERO, 0);
  }

  /** Whether a new instance is wanted in the place of the host's own. */
  public boolean isSuccessorWanted() throws IOException {
    HttpResponse<byte[]> response = getSignedIn("/v1/hosts/" + host.wallet() + "/successors");
    if (isUnknown(response)) {
      return false;
    }
    String own = host.instanceId().toString();
    for (JsonNode wanted : answer(response).path("wanted")) {
      if (wanted.path("instanceId").asString("").equals(own)) {
        return true;
      }
    }
    return false;
  }

  /** The permits of a query that were issued before. */
  public List<IssuedPermit> issued(Bytes32 queryHash) throws IOException {
    HttpResponse<byte[]> response = getSignedIn("/v1/permits/" + queryHash);
    return response.statusCode() == NOT_FOUND ? List.of() : listed(answer(response));
  }

  private static boolean isUnknown(HttpResponse<byte[]> response) {
    return response.statusCode() == NOT_FOUND || response.statusCode() == METHOD_NOT_ALLOWED;
  }

  /** The permits of a list; elements without one say why there is none, to whoever asks alone. */
  private static List<IssuedPermit> listed(JsonNode answer) throws IOException {
    List<IssuedPermit> permits = new ArrayList<>();
    for (JsonNode each : answer.path("permits")) {
      String permit = each.isString() ? each.asString("") : each.path("permit").asString("");
      if (!permit.isEmpty()) {
        permits.add(IssuedPermit.parse(permit));
      }
    }
    return permits;
  }

  private HttpResponse<byte[]> getSignedIn(String path) throws IOException {
    Token used = currentToken();
    HttpResponse<byte[]> response = get(path, used);
    if (response.statusCode() == UNAUTHORIZED) {
      forget(used);
      response = get(path, currentToken());
    }
    return response;
  }

  private HttpResponse<byte[]> postSignedIn(String path, Map<String, ?> body) throws IOException {
    Token used = currentToken();
    HttpResponse<byte[]> response = post(path, body, used);
    if (response.statusCode() == UNAUTHORIZED) {
      forget(used);
      response = post(path, body, currentToken());
    }
    return response;
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
          HostError.PERMIT_REFUSED,
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

  private HttpResponse<byte[]> get(String path, Token as) throws IOException {
    return send(
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(callLimit)
            .header("Authorization", "Bearer " + as.value())
            .build());
  }

  private HttpResponse<byte[]> post(String path, Map<String, ?> body, @Nullable Token as)
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
      return Traces.send(client, request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(HostError.PERMIT_UNAVAILABLE, "The gateway is being stopped.", e);
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
    if (code.equals(UNACKNOWLEDGED)) {
      throw new UnacknowledgedException(detail);
    }
    if (status == 429 || status >= 500) {
      throw new IOException(detail.strip());
    }
    throw new CodedException(HostError.PERMIT_REFUSED, detail);
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
