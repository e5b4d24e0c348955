package org.oml.permission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.permission.fixture.RunningService;
import org.oml.permission.fixture.TestHost;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.fixture.TestCaller;
import org.oml.servicekit.fixture.TestTokens;

/** What must not come in: at each call of the service, a problem with a code says why. */
@ExtendWith(RunningService.Resolver.class)
final class PermissionDoorsIT {

  private static final String PERMITS = "/v1/permits";
  private static final String HASH = Keccak.of("doors").toString();
  private static final String BODY = "{\"queryHash\":\"" + HASH + "\"}";
  private static final int LIMIT = 320 * 1024;

  private final RunningService service;

  PermissionDoorsIT(RunningService service) {
    this.service = service;
  }

  private TestCaller gateway() throws Exception {
    return service.caller(service.host().gatewayKey());
  }

  @Test
  void noSignatureButTheAccountsOwnSignsIn() throws Exception {
    SigningKey account = SigningKey.random();
    TestCaller nobody = service.anybody();
    String message = nobody.challenge(account);
    String own = account.signMessage(message).toString();
    assertThat(signIn(message, SigningKey.random().signMessage(message).toString()))
        .isEqualTo("401 SERVICE_SIGN_IN_REFUSED");
    assertThat(signIn(message, account.signMessage(message + " ").toString()))
        .isEqualTo("401 SERVICE_SIGN_IN_REFUSED");
    assertThat(signIn(message, own.substring(0, own.length() - 2)))
        .isEqualTo("400 PROTOCOL_SIGNATURE_INVALID");
    assertThat(signIn(message, "0x" + "ff".repeat(65))).isEqualTo("400 PROTOCOL_SIGNATURE_INVALID");
    assertThat(signIn(message, "not hex")).isEqualTo("400 PROTOCOL_HEX_INVALID");
    assertThat(signIn("Please let me in.", own)).isEqualTo("400 PROTOCOL_SIGN_IN_MALFORMED");
    assertThat(signIn(message, own)).isEqualTo("200");
    assertThat(signIn(message, own)).isEqualTo("401 SERVICE_SIGN_IN_REFUSED");
  }

  private String signIn(String message, String signature) throws Exception {
    return service
        .anybody()
        .post("/v1/sign-in", Map.of("message", message, "signature", signature))
        .problem();
  }

  @Test
  void noTokenOpensACallButALivingOneOfThisVeryService() throws Exception {
    TestHost host = service.host();
    TestTokens tokens = service.tokens();
    Instant later = Instant.now().plusSeconds(600);
    var account = host.gatewayKey().address();
    String good = tokens.signed("permission", "permission", account, later);
    assertThat(answers(good)).containsExactly("200", "200", "200");
    for (String bad :
        List.of(
            tokens.signed("permission", "permission", account, Instant.now().minusSeconds(1)),
            tokens.signed("permission", "registry", account, later),
            tokens.signed("registry", "permission", account, later),
            new TestTokens("22".repeat(32)).signed("permission", "permission", account, later),
            TestTokens.unsigned("permission", "permission", account, later),
            good.substring(0, good.length() - 4),
            "x".repeat(5000),
            "a.b.c")) {
      assertThat(answers(bad)).containsOnly("401 SERVICE_TOKEN_REFUSED");
    }
    assertThat(answers("")).containsOnly("401 SERVICE_TOKEN_MISSING");
  }

  private List<String> answers(String token) throws Exception {
    TestCaller caller = service.anybody().with(token);
    return List.of(
        caller.post(PERMITS, "application/json", BODY).problem(),
        caller.get(PERMITS + "/" + HASH).problem(),
        caller.get("/v1/hosts/" + service.host().address() + "/usage").problem());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        PERMITS,
        "/v1/permits/batch",
        "/v1/permits/blank",
        "/v1/acknowledgements",
        "/v1/sign-in/challenge",
        "/v1/sign-in"
      })
  void noBodyComesInThatIsTooLargeOrNotTheJsonOfTheCall(String path) throws Exception {
    TestCaller caller = gateway();
    String large = "{\"padding\":\"" + "x".repeat(LIMIT) + "\"}";
    assertThat(caller.post(path, "application/json", large).problem())
        .isEqualTo("413 SERVICE_BODY_TOO_LARGE");
    List<String> stated = List.of("Content-Type: application/json", "Content-Length: 9999999999");
    assertThat(caller.exactly("POST", path, stated, new byte[0]).problem())
        .isEqualTo("413 SERVICE_BODY_TOO_LARGE");
    for (String body :
        List.of(
            "",
            "{",
            "[]",
            "null",
            "7",
            "\"text\"",
            "{}",
            "{\"queryHash\":null,\"address\":null,\"message\":null}",
            "{'queryHash':1}",
            BODY + BODY,
            "[".repeat(2000))) {
      assertThat(caller.post(path, "application/json", body).problem())
          .as(body)
          .isEqualTo("400 SERVICE_BODY_UNREADABLE");
    }
    byte[] notUtf8 = "{\"queryHash\":\"\u00ff\u00fe\",\"address\":1}".getBytes(ISO_8859_1);
    List<String> headers =
        List.of("Content-Type: application/json", "Content-Length: " + notUtf8.length);
    assertThat(caller.exactly("POST", path, headers, notUtf8).status()).isEqualTo(400);
    assertThat(caller.post(path, "text/plain", BODY).problem())
        .isEqualTo("415 SERVICE_MEDIA_TYPE_UNKNOWN");
  }

  @Test
  void noBodyComesInThatRepeatsAKeyOrIsCutOff() throws Exception {
    TestCaller caller = gateway();
    String member = "\"queryHash\":\"" + HASH + "\"";
    for (String twice :
        List.of(
            "{" + member + "," + member + "}",
            "{" + member + ",\"queryH\\u0061sh\":\"" + HASH + "\"}",
            "{" + member + ",\"unknown\":{\"a\":1,\"a\":2}}")) {
      assertThat(caller.post(PERMITS, "application/json", twice).problem())
          .as(twice)
          .isEqualTo("400 SERVICE_BODY_UNREADABLE");
    }
    String address = "\"address\":\"" + SigningKey.random().address() + "\"";
    assertThat(
            caller
                .post(
                    "/v1/sign-in/challenge",
                    "application/json",
                    "{" + address + "," + address + "}")
                .problem())
        .isEqualTo("400 SERVICE_BODY_UNREADABLE");
    List<String> headers = List.of("Content-Type: application/json", "Content-Length: 500");
    assertThat(caller.exactly("POST", PERMITS, headers, BODY.getBytes(UTF_8)).problem())
        .isEqualTo("400 SERVICE_BODY_UNREADABLE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-1 | PROTOCOL_HEX_INVALID",
        "340282366920938463463374607431768211456 | PROTOCOL_HEX_INVALID",
        "1e999 | PROTOCOL_HEX_INVALID",
        "true | PROTOCOL_HEX_INVALID",
        "{} | PROTOCOL_HEX_INVALID",
        "[] | PROTOCOL_HEX_INVALID",
        "\"\" | PROTOCOL_HEX_INVALID",
        "\"0x\" | PROTOCOL_HEX_INVALID",
        "\"0x12\" | PROTOCOL_HEX_INVALID",
        "\"../../etc/passwd\" | PROTOCOL_HEX_INVALID",
        "\"\\u0000\" | PROTOCOL_HEX_INVALID",
        "NaN | SERVICE_BODY_UNREADABLE"
      })
  void noQueryHashComesInButOneOf32Bytes(String value, String code) throws Exception {
    TestCaller caller = gateway();
    assertThat(caller.post(PERMITS, "application/json", "{\"queryHash\":" + value + "}").problem())
        .isEqualTo("400 " + code);
    assertThat(
            caller
                .post(
                    PERMITS,
                    "application/json",
                    "{\"queryHash\":\"" + HASH + "\",\"instanceId\":" + value + "}")
                .problem())
        .isEqualTo("400 " + code);
  }

  @Test
  void aNumberOfAThousandDigitsAndUpperCaseAreRefused() throws Exception {
    TestCaller caller = gateway();
    for (String value : List.of("9".repeat(2000), "\"0x" + "AB".repeat(32) + "\"")) {
      assertThat(
              caller.post(PERMITS, "application/json", "{\"queryHash\":" + value + "}").problem())
          .isIn("400 SERVICE_BODY_UNREADABLE", "400 PROTOCOL_HEX_INVALID");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/permits/0x12,400 PROTOCOL_HEX_INVALID",
    "/v1/permits/-1,400 PROTOCOL_HEX_INVALID",
    "/v1/permits/99999999999999999999999999,400 PROTOCOL_HEX_INVALID",
    "/v1/permits/%2e%2e,400 PROTOCOL_HEX_INVALID",
    "/v1/permits/%2e%2e%2fpasswd,400 SERVICE_REQUEST_INVALID",
    "/v1/permits/%00,400 SERVICE_REQUEST_INVALID",
    "/v1/permits/../../../etc/passwd,400 SERVICE_REQUEST_INVALID",
    "/v1/permits/a\\b,400 SERVICE_REQUEST_INVALID",
    "/v1/hosts/-1/usage,400 PROTOCOL_ADDRESS_INVALID",
    "/v1/hosts/0x12/usage,400 PROTOCOL_ADDRESS_INVALID",
    "/v1/hosts/0x52908400098527886e0F7030069857D2E4169EE7/usage,400 PROTOCOL_ADDRESS_INVALID",
    "/v1/hosts/..;/usage,400 PROTOCOL_ADDRESS_INVALID",
    "/v1/permit,404 SERVICE_ROUTE_UNKNOWN",
    "/etc/passwd,404 SERVICE_ROUTE_UNKNOWN"
  })
  void noPathLeadsElsewhere(String target, String problem) throws Exception {
    assertThat(gateway().exactly("GET", target, List.of(), new byte[0]).problem())
        .isEqualTo(problem);
  }

  @Test
  void noMethodServesThatACallDoesNotKnow() throws Exception {
    for (String method : List.of("DELETE", "PUT", "PATCH")) {
      assertThat(gateway().exactly(method, PERMITS + "/" + HASH, List.of(), new byte[0]).problem())
          .isEqualTo("405 SERVICE_METHOD_UNKNOWN");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"queryHashes\":\"0x12\"} | 400 SERVICE_BODY_UNREADABLE",
        "{\"queryHashes\":[null]} | 400 SERVICE_BODY_UNREADABLE",
        "{\"queryHashes\":[-1]} | 400 PROTOCOL_HEX_INVALID",
        "{\"queryHashes\":[\"\\u0130\"]} | 400 PROTOCOL_HEX_INVALID",
        "{\"queryHashes\":[],\"queryHashes\":[]} | 400 SERVICE_BODY_UNREADABLE",
        "{\"queryHashes\":[],\"queryHash\\u0065s\":[]} | 400 SERVICE_BODY_UNREADABLE",
        "{\"queryHashes\":[[[[1]]]]} | 400 PROTOCOL_HEX_INVALID"
      })
  void noBatchComesInThatIsNotAListOfHashes(String body, String problem) throws Exception {
    assertThat(gateway().post("/v1/permits/batch", "application/json", body).problem())
        .isIn(problem, "400 SERVICE_BODY_UNREADABLE");
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "257", "99999999999999999999", "1.5", "1e9"})
  void noNumberOfBlankPermitsIsSoldButASmallOne(String count) throws Exception {
    String body = "{\"requestId\":\"" + HASH + "\",\"count\":" + count + "}";
    assertThat(gateway().post("/v1/permits/blank", "application/json", body).problem())
        .isIn("400 PERMISSION_BATCH_SIZE", "400 SERVICE_BODY_UNREADABLE");
  }

  /** Whoever holds connections and sends nothing, or a byte now and then, holds nobody up. */
  @Test
  void idleAndSlowClientsHoldNobodyUp() throws Exception {
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        Socket socket = new Socket(service.url().getHost(), service.url().getPort());
        held.add(socket);
        if (i % 2 == 0) {
          String begun =
              String.join(
                  "\r\n",
                  "POST /v1/permits HTTP/1.1",
                  "Host: a",
                  "Content-Type: application/json",
                  "Content-Length: 80",
                  "");
          socket.getOutputStream().write(begun.getBytes(UTF_8));
        }
        if (i % 4 == 0) {
          socket.getOutputStream().write("\r\n{".getBytes(UTF_8));
        }
      }
      String hash = Keccak.of("meanwhile").toString();
      assertThat(
              gateway()
                  .post(PERMITS, "application/json", "{\"queryHash\":\"" + hash + "\"}")
                  .status())
          .isEqualTo(200);
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  /** A body of ten megabytes is refused by its length, or where it does not say, when it grows. */
  @Test
  void tenMegabytesAreRefusedHoweverTheyAreSent() throws Exception {
    byte[] large = new byte[10 * 1024 * 1024];
    Arrays.fill(large, (byte) ' ');
    for (int i = 0; i < 5; i++) {
      List<String> stated =
          List.of("Content-Type: application/json", "Content-Length: " + large.length);
      assertThat(gateway().exactly("POST", PERMITS, stated, new byte[0]).problem())
          .isEqualTo("413 SERVICE_BODY_TOO_LARGE");
    }
  }
}
