package org.oml.servicekit.peer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SignInMessage;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningKey;
import org.oml.protocol.span.Traces;
import org.oml.servicekit.problem.ServiceError;
import org.oml.servicekit.wire.WireForms;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Another service, called with an account of one's own. Signs in when first needed, keeps the token
 * and renews it before it expires or when it is refused. Safe for use by many threads.
 */
public final class Peer {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RENEW_BEFORE_END = Duration.ofMinutes(1);
  private static final byte[] NOTHING = {'{', '}'};
  private static final JsonMapper JSON = JsonMapper.builder().addModule(WireForms.module()).build();

  private final URI url;
  private final SigningKey account;
  private final Clock clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private @Nullable Token token;

  /**
   * @param url of the service, such as {@code http://127.0.0.1:7501}
   * @param account whose wallet signs in
   */
  public Peer(URI url, SigningKey account) {
    this(url, account, Clock.systemUTC());
  }

  Peer(URI url, SigningKey account, Clock clock) {
    this.url = url;
    this.account = account;
    this.clock = clock;
  }

  private record Token(String token, Instant expiresAt) {}

  private record ChallengeRequest(Address address) {}

  private record Challenge(String message) {}

  private record Answer(String message, Signature signature) {}

  private record Problem(@Nullable String detail, @Nullable String code, @Nullable String next) {}

  /**
   * @param path with its query, from the slash on
   * @param type of the answer
   * @throws CodedException {@link PeerError} when the service refuses, {@link
   *     ServiceError#PEER_UNREACHABLE} when it does not answer
   */
  public <T> T get(String path, Class<T> type) {
    return call(request(path).GET(), type);
  }

  /**
   * Like {@link #get}, with a body.
   *
   * @param body written as JSON in the conventions' forms
   */
  public <T> T post(String path, Object body, Class<T> type) {
    return call(withBody(path, "POST", body), type);
  }

  /** Like {@link #post}, for a path whose content is replaced. */
  public <T> T put(String path, Object body, Class<T> type) {
    return call(withBody(path, "PUT", body), type);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path)).timeout(CALL_TIMEOUT);
  }

  private HttpRequest.Builder withBody(String path, String method, Object body) {
    return request(path)
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
  }

  private <T> T call(HttpRequest.Builder request, Class<T> type) {
    Token first = currentToken(null);
    HttpResponse<byte[]> response = send(authorized(request, first));
    if (response.statusCode() == 401) {
      response = send(authorized(request, currentToken(first)));
    }
    return read(response, type);
  }

  private static HttpRequest authorized(HttpRequest.Builder request, Token token) {
    return request.setHeader("Authorization", "Bearer " + token.token()).build();
  }

  private synchronized Token currentToken(@Nullable Token refused) {
    Token kept = token;
    if (kept == null
        || kept.equals(refused)
        || !clock.instant().isBefore(kept.expiresAt().minus(RENEW_BEFORE_END))) {
      kept = signIn();
      token = kept;
    }
    return kept;
  }

  private Token signIn() {
    Challenge challenge =
        read(
            send(
                withBody("/v1/sign-in/challenge", "POST", new ChallengeRequest(account.address()))
                    .build()),
            Challenge.class);
    requireForThisPeer(SignInMessage.parse(challenge.message()));
    Answer answer = new Answer(challenge.message(), account.signMessage(challenge.message()));
    return read(send(withBody("/v1/sign-in", "POST", answer).build()), Token.class);
  }

  /** Otherwise a service could pass on another's challenge and sign in there with our account. */
  private void requireForThisPeer(SignInMessage message) {
    if (!message.domain().equals(url.getRawAuthority())
        || !message.address().equals(account.address())) {
      throw new CodedException(
          ServiceError.SIGN_IN_REFUSED,
          "The challenge of " + url + " is for " + message.domain() + "; nothing was signed.");
    }
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return Traces.send(http, request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new CodedException(
          ServiceError.PEER_UNREACHABLE, "No answer from the service at " + url + ".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(
          ServiceError.PEER_UNREACHABLE, "Stopped while calling " + url + ".", e);
    }
  }

  private <T> T read(HttpResponse<byte[]> response, Class<T> type) {
    try {
      if (response.statusCode() >= 400) {
        throw refusal(response);
      }
      return JSON.readValue(response.body().length == 0 ? NOTHING : response.body(), type);
    } catch (JacksonException e) {
      throw new CodedException(
          ServiceError.PEER_UNREACHABLE,
          "The answer of "
              + response.request().uri()
              + " (status "
              + response.statusCode()
              + ") is not what this service understands.",
          e);
    }
  }

  private static CodedException refusal(HttpResponse<byte[]> response) {
    Problem problem = JSON.readValue(response.body(), Problem.class);
    return new CodedException(
        new PeerError(
            response.statusCode(),
            problem.code() == null ? "SERVICE_FAILED" : problem.code(),
            problem.next() == null ? "Look into the log of that service." : problem.next()),
        problem.detail() == null ? "Refused." : problem.detail());
  }
}
