package org.oml.trainer.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.protocol.SealedBox;
import org.oml.protocol.SignInMessage;
import org.oml.protocol.Signature;
import org.oml.trainer.checkpoint.Checkpoint;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Registry and prover as a worker sees them, by docs/api.md: one job, and a record of all that was
 * asked. It lets nobody in who did not sign the challenge.
 */
final class FakePlatform implements AutoCloseable {

  static final Bytes32 MODEL_ID = Bytes32.parse("0x" + "a1".repeat(32));
  static final Bytes32 INSTANCE_ID = Bytes32.parse("0x" + "b2".repeat(32));
  static final Bytes32 LICENCE = Bytes32.parse("0x" + "c3".repeat(32));
  static final Bytes32 SEED = Bytes32.parse("0x" + "d4".repeat(32));
  static final Address HOST = Address.parse("0x00000000000000000000000000000000000000aa");
  static final String JOB = "5f0c7f0a-0000-4000-8000-000000000001";
  static final String LEASE = "5f0c7f0a-0000-4000-8000-000000000002";

  /** One request. */
  record Call(String method, String path, byte[] body, Map<String, String> headers) {

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      return JSON.readTree(body);
    }
  }

  /** Responses of a shared key. */
  static final int SYMBOLS = 4;

  /** So many bytes of the weights get through before the connection is cut. */
  static final int HALF = 1_000_000;

  private enum Road {
    WHOLE,
    WILL_BE_CUT,
    CUT
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "a-token";
  private static final Bytes32 VAULT = Keccak.of("the vault's private key");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Path base;
  private final Manifest manifest;
  private final int count;
  private final Map<String, String> challenges = new ConcurrentHashMap<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Map<String, byte[]> received = new ConcurrentHashMap<>();
  private volatile Road road = Road.WHOLE;
  private volatile boolean leased;
  private volatile boolean ended;
  private volatile boolean damaged;
  private volatile boolean deaf;
  private volatile CountDownLatch checkpointsTaken = new CountDownLatch(0);
  private volatile byte[] checkpoint = {};
  private volatile @Nullable Bytes32 codeSecret;
  private volatile int minimumSuccessBps = 9900;
  private volatile double largestLossIncrease = 0.1;

  FakePlatform(Path base, int count) throws IOException {
    this.base = base;
    this.count = count;
    List<ManifestFile> files = ManifestFile.list(base);
    manifest = new Manifest("community/box", LICENCE, 1, java.util.Optional.empty(), files);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  Manifest manifest() {
    return manifest;
  }

  /** All that was asked of a path that begins so. */
  List<Call> calls(String method, String prefix) {
    return calls.stream()
        .filter(call -> call.method().equals(method) && call.path().startsWith(prefix))
        .toList();
  }

  /** From now on files arrive with a wrong byte. */
  void damageFiles() {
    damaged = true;
  }

  /** From now on the job is not its worker's any more. */
  void giveToAnother() {
    ended = true;
  }

  /** Whether it can be told that a job failed. */
  void hearOfFailures(boolean hears) {
    deaf = !hears;
  }

  /** From now on the model's instances share their fingerprints. */
  void shareBy(Bytes32 secret) {
    codeSecret = secret;
  }

  boolean sawStep(String step) {
    return calls("POST", "/v1/jobs/" + JOB + "/heartbeat").stream()
        .anyMatch(call -> call.json().path("progress").path("step").asString("").equals(step));
  }

  boolean isEnded() {
    return ended;
  }

  @Override
  public void close() {
    checkpointsTaken.countDown();
    server.stop(0);
    threads.close();
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      Map<String, String> headers = new ConcurrentHashMap<>();
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      Call call =
          new Call(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              exchange.getRequestBody().readAllBytes(),
              headers);
      if (call.path().startsWith("/v1/sign-in")) {
        send(exchange, 200, signIn(call));
      } else if (!("Bearer " + TOKEN).equals(headers.get("Authorization"))) {
        send(exchange, 401, Map.of("code", "SERVICE_TOKEN_MISSING", "detail", "no token"));
      } else {
        calls.add(call);
        serve(exchange, call);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(HttpExchange exchange, Call call) throws IOException {
    String job = "/v1/jobs/" + JOB;
    if (call.path().equals("/v1/jobs/lease")) {
      if (leased) {
        exchange.sendResponseHeaders(204, -1);
      } else {
        leased = true;
        send(exchange, 200, lease());
      }
    } else if (call.path().startsWith("/v1/models/community/box/files/")) {
      sendFile(exchange, call.path().substring("/v1/models/community/box/files/".length()));
    } else if (call.path().startsWith(job + "/files/")) {
      upload(exchange, call, call.path().substring((job + "/files/").length()));
    } else if (call.path().startsWith("/v1/vault/instances/")) {
      send(exchange, 200, Map.of());
    } else if (call.path().equals("/v1/vault/key")) {
      send(exchange, 200, Map.of("version", 1, "publicKey", SealedBox.publicKey(VAULT).toString()));
    } else if (call.path().equals(job + "/checkpoint")) {
      checkpoint(exchange, call);
    } else if (call.path().equals(job + "/heartbeat")) {
      send(
          exchange,
          ended ? 409 : 200,
          Map.of("leasedUntil", Instant.now().plusSeconds(20).toString()));
    } else if (deaf && call.path().equals(job + "/fail")) {
      send(exchange, 503, Map.of("code", "SERVICE_DATABASE_UNREACHABLE", "detail", "not now"));
    } else if (call.path().equals(job + "/complete") || call.path().equals(job + "/fail")) {
      ended = true;
      send(exchange, 200, Map.of("instanceId", INSTANCE_ID.toString(), "state", "TRAINED"));
    } else {
      send(exchange, 404, Map.of("code", "NOT_FOUND", "detail", call.path()));
    }
  }

  private void upload(HttpExchange exchange, Call call, String path) throws IOException {
    byte[] there = received.getOrDefault(path, new byte[0]);
    long whole = Long.parseLong(call.headers().getOrDefault("Upload-length", ""));
    if (call.method().equals("PATCH")) {
      if (road == Road.CUT) {
        send(exchange, 503, Map.of("code", "REGISTRY_STORE_UNREACHABLE", "detail", "not now"));
        return;
      }
      if (Long.parseLong(call.headers().getOrDefault("Upload-offset", "")) != there.length) {
        send(exchange, 409, Map.of("code", "REGISTRY_UPLOAD_OFFSET_DIFFERS", "detail", "no"));
        return;
      }
      boolean cut = road == Road.WILL_BE_CUT && path.equals(Checkpoint.WEIGHTS);
      there = joined(there, cut ? Arrays.copyOf(call.body(), HALF) : call.body());
      received.put(path, there);
      if (cut) {
        road = Road.CUT;
        return;
      }
    }
    send(
        exchange,
        200,
        Map.of("offset", Integer.toString(there.length), "complete", there.length == whole));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** The connection ends when half of the weights are there, and takes no more until mended. */
  void cutUploads() {
    road = Road.WILL_BE_CUT;
  }

  boolean isCut() {
    return road == Road.CUT;
  }

  void mend() {
    road = Road.WHOLE;
  }

  /** What came of a file. */
  byte[] received(String path) {
    return received.getOrDefault(path, new byte[0]);
  }

  private void checkpoint(HttpExchange exchange, Call call) throws IOException {
    if (call.method().equals("PUT")) {
      await(checkpointsTaken);
      checkpoint = call.body();
      send(exchange, 200, Map.of());
    } else if (checkpoint.length == 0) {
      send(exchange, 404, Map.of("code", "REGISTRY_CHECKPOINT_UNKNOWN", "detail", "none"));
    } else {
      exchange.sendResponseHeaders(200, checkpoint.length);
      exchange.getResponseBody().write(checkpoint);
    }
  }

  /** What arrived in the vault, opened with its key. */
  JsonNode vault() {
    Call call = calls("PUT", "/v1/vault/instances/" + INSTANCE_ID + "/sealed").getFirst();
    byte[] sealed = Base64.getDecoder().decode(call.json().path("sealed").asString());
    return JSON.readTree(
        SealedBox.open(VAULT, sealed, "oml.vault.v1 " + INSTANCE_ID).orElseThrow());
  }

  /** The worker fell silent: the next that asks gets the job. */
  void expireLease() {
    leased = false;
  }

  /** From now on a job asks for this much. */
  void demand(int successBps, double lossIncrease) {
    minimumSuccessBps = successBps;
    largestLossIncrease = lossIncrease;
  }

  /** From now on no upload of a checkpoint is answered. */
  void holdCheckpoints() {
    checkpointsTaken = new CountDownLatch(1);
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  boolean hasCheckpoint() {
    return checkpoint.length > 0;
  }

  private Map<String, Object> signIn(Call call) {
    if (call.path().endsWith("/challenge")) {
      Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      SignInMessage message =
          new SignInMessage(
              uri().getRawAuthority(),
              Address.parse(call.json().path("address").asString()),
              "Sign in to a test",
              uri().toString(),
              BigInteger.valueOf(31337),
              "nonce" + challenges.size() + "0000000",
              now,
              now.plusSeconds(300));
      challenges.put(message.text(), "");
      return Map.of("message", message.text());
    }
    String text = call.json().path("message").asString();
    boolean known = challenges.remove(text) != null;
    boolean signed =
        SignInMessage.parse(text)
            .isSignedBy(Signature.parse(call.json().path("signature").asString()));
    return Map.of(
        "token",
        known && signed ? TOKEN : "refused",
        "expiresAt",
        Instant.now().plusSeconds(900).toString());
  }

  Map<String, Object> lease() {
    Map<String, Object> lease = new HashMap<>(leaseWithoutCode());
    if (codeSecret != null) {
      lease.put("codeSecret", codeSecret.toString());
    }
    return lease;
  }

  private Map<String, Object> leaseWithoutCode() {
    return Map.ofEntries(
        Map.entry("jobId", JOB),
        Map.entry("leaseToken", LEASE),
        Map.entry("leasedUntil", Instant.now().plusSeconds(20).toString()),
        Map.entry("kind", "instance"),
        Map.entry("model", "community/box"),
        Map.entry("modelId", MODEL_ID.toString()),
        Map.entry("instanceId", INSTANCE_ID.toString()),
        Map.entry("host", HOST.toString()),
        Map.entry("termsVersion", 1),
        Map.entry("licenceHash", LICENCE.toString()),
        Map.entry("baseManifestHash", manifest.hash().toString()),
        Map.entry("manifest", manifest.json()),
        Map.entry(
            "fingerprints",
            Map.of(
                "lastLayers",
                0,
                "count",
                count,
                "responseLength",
                1,
                "nucleus",
                0.8,
                "width",
                3,
                "symbols",
                SYMBOLS)),
        Map.entry("minimumSuccessBps", minimumSuccessBps),
        Map.entry("largestLossIncrease", largestLossIncrease),
        Map.entry("seed", SEED.toString()));
  }

  private void sendFile(HttpExchange exchange, String name) throws IOException {
    byte[] bytes = Files.readAllBytes(base.resolve(name));
    if (damaged) {
      bytes[bytes.length / 2] ^= 1;
    }
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static void send(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** The SHA-256 that a file came with. */
  static String digest(Call call) {
    String header = call.headers().getOrDefault("Repr-digest", "");
    byte[] bytes = Base64.getDecoder().decode(header.replace("sha-256=:", "").replaceAll(":$", ""));
    return Bytes32.of(bytes).toString();
  }

  /** Everything that was sent to the registry, as text. */
  List<String> toTheRegistry() {
    List<String> all = new ArrayList<>();
    for (Call call : calls) {
      if (!call.path().startsWith("/v1/vault/") && !call.path().contains("/files/")) {
        all.add(call.text());
      }
    }
    return all;
  }
}
