package org.oml.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.platform.home.PlatformError;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.process.JavaProgram;
import org.oml.platform.process.Supervisor;
import org.oml.protocol.CodedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The engine as a process, with real llama.cpp and a small model of random weights. */
class EngineApplicationIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE =
      "{{ bos_token }}{% for message in messages %}{{ message['content'] }}{% endfor %}";

  @TempDir static Path home;
  private static PlatformSettings settings;
  private static Supervisor supervisor;
  private static HttpClient http;

  @BeforeAll
  static void start() throws IOException {
    settings = PlatformSettings.forTest(Path.of("..").toAbsolutePath().normalize(), home);
    supervisor = new Supervisor(settings);
    http = HttpClient.newHttpClient();
    Path model = home.resolve("tiny.gguf");
    TinyGguf.write(model, TEMPLATE);
    supervisor.start(engine("engine-0", 0, model, "--queue", "8").resolve(settings));
  }

  @AfterAll
  static void stop() {
    supervisor.stopAll();
    http.close();
  }

  @Test
  void namesItsModel() throws Exception {
    JsonNode models = JSON.readTree(get("/v1/models").body());
    assertThat(models.path("data").path(0).path("id").asString()).isEqualTo("community/tiny");
  }

  @Test
  void answersAPrompt() throws Exception {
    JsonNode answer = complete(Map.of("prompt", "once upon", "max_tokens", 12, "temperature", 0));

    assertThat(answer.path("object").asString()).isEqualTo("text_completion");
    assertThat(answer.path("model").asString()).isEqualTo("community/tiny");
    assertThat(text(answer)).matches("[a-z ]{6,}");
    assertThat(answer.path("choices").path(0).path("finish_reason").asString()).isEqualTo("length");
    assertThat(answer.path("usage").path("completion_tokens").asInt()).isEqualTo(12);
    assertThat(answer.path("usage").path("prompt_tokens").asInt()).isGreaterThan(5);
  }

  @Test
  void answersAConversationThroughTheModelsTemplateWithOneBeginning() throws Exception {
    JsonNode prompt = complete(Map.of("prompt", "tell me", "max_tokens", 10, "temperature", 0));
    JsonNode chat = chat(Map.of("messages", user("tell me"), "max_tokens", 10, "temperature", 0));

    assertThat(chat.path("object").asString()).isEqualTo("chat.completion");
    assertThat(chat.path("choices").path(0).path("message").path("role").asString())
        .isEqualTo("assistant");
    assertThat(chat.path("choices").path(0).path("message").path("content").asString())
        .isEqualTo(text(prompt));
    assertThat(chat.path("usage")).isEqualTo(prompt.path("usage"));
  }

  @Test
  void streamsTheSameTextInPieces() throws Exception {
    Map<String, Object> request =
        Map.of("messages", user("a whale"), "max_tokens", 20, "temperature", 0);
    JsonNode whole = chat(request);
    List<String> events =
        events(
            "/v1/chat/completions", with(request, "stream_options", Map.of("include_usage", true)));

    StringBuilder text = new StringBuilder();
    for (String event : events.subList(0, events.size() - 1)) {
      text.append(
          JSON.readTree(event).path("choices").path(0).path("delta").path("content").asString(""));
    }
    assertThat(text.toString())
        .isEqualTo(whole.path("choices").path(0).path("message").path("content").asString());
    assertThat(events.getLast()).isEqualTo("[DONE]");
    assertThat(JSON.readTree(events.get(events.size() - 2)).path("usage"))
        .isEqualTo(whole.path("usage"));
    assertThat(events).hasSizeGreaterThan(15);
  }

  @Test
  void givesTheSameAnswerToTheSameGreedyRequestWhoeverElseAsks() throws Exception {
    Map<String, Object> request =
        Map.of("prompt", "the king said", "max_tokens", 40, "temperature", 0);
    String expected = text(complete(request));
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String other = "another prompt " + i;
        answers.add(users.submit(() -> text(complete(request))));
        if (i % 3 == 0) {
          var ignored = users.submit(() -> complete(Map.of("prompt", other, "max_tokens", 30)));
        }
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void samplesTheSameFromTheSameSeed() throws Exception {
    Map<String, Object> request =
        Map.of("prompt", "a dog", "max_tokens", 40, "temperature", 0.3, "seed", 7);
    String first = text(complete(request));
    assertThat(text(complete(request))).isEqualTo(first);
    assertThat(text(complete(with(request, "seed", 8)))).isNotEqualTo(first);
  }

  @Test
  void stopsBeforeAStopText() throws Exception {
    Map<String, Object> request = Map.of("prompt", "the sea", "max_tokens", 40, "temperature", 0);
    String whole = text(complete(request));
    String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 3);

    JsonNode stopped = complete(with(request, "stop", List.of("never said 1", stop)));

    assertThat(text(stopped)).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(stopped.path("choices").path(0).path("finish_reason").asString()).isEqualTo("stop");
  }

  @Test
  void biasesTokens() throws Exception {
    // Token 260 is "a": with the strongest bias nothing else is said.
    JsonNode answer =
        complete(
            Map.of(
                "prompt",
                "say",
                "max_tokens",
                5,
                "temperature",
                0,
                "logit_bias",
                Map.of("260", 100)));
    assertThat(text(answer)).isEqualTo("aaaaa");
  }

  @Test
  void refusesWithACodeWhatItCannotAnswer() throws Exception {
    refuses("/v1/completions", "{", 400, "ENGINE_REQUEST_INVALID");
    refuses("/v1/completions", "[]", 400, "ENGINE_REQUEST_INVALID");
    refuses("/v1/completions", "{}", 400, "ENGINE_REQUEST_INVALID");
    refuses("/v1/completions", "{\"prompt\":[1,2]}", 400, "ENGINE_REQUEST_INVALID");
    refuses(
        "/v1/completions",
        "{\"prompt\":\"a\",\"temperature\":\"hot\"}",
        400,
        "ENGINE_REQUEST_INVALID");
    refuses(
        "/v1/completions", "{\"prompt\":\"a\",\"max_tokens\":-1}", 400, "ENGINE_REQUEST_INVALID");
    refuses("/v1/completions", "{\"prompt\":\"a\",\"stop\":[\"\"]}", 400, "ENGINE_REQUEST_INVALID");
    refuses("/v1/completions", "{\"prompt\":\"a\",\"n\":2}", 400, "ENGINE_PARAMETER_UNSUPPORTED");
    refuses(
        "/v1/completions", "{\"prompt\":\"a\",\"echo\":true}", 400, "ENGINE_PARAMETER_UNSUPPORTED");
    refuses("/v1/chat/completions", "{\"messages\":3}", 400, "ENGINE_REQUEST_INVALID");
    refuses("/v1/chat/completions", "{\"messages\":[]}", 400, "ENGINE_REQUEST_INVALID");
    refuses(
        "/v1/chat/completions",
        "{\"messages\":[{\"role\":\"thief\",\"content\":\"a\"}]}",
        400,
        "ENGINE_REQUEST_INVALID");
    refuses(
        "/v1/chat/completions",
        "{\"messages\":[{\"role\":\"user\",\"content\":{}}]}",
        400,
        "ENGINE_REQUEST_INVALID");
    refuses(
        "/v1/completions",
        "{\"prompt\":\"" + "a b ".repeat(400) + "\"}",
        400,
        "ENGINE_CONTEXT_EXCEEDED");
    refuses(
        "/v1/completions",
        "{\"prompt\":\"" + "a".repeat(1 << 20) + "\"}",
        413,
        "ENGINE_REQUEST_TOO_LARGE");
    refuses("/v1/embeddings", "{}", 404, "ENGINE_NOT_FOUND");
    assertThat(get("/v1/completions").statusCode()).isEqualTo(405);
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void readsTextPartsAndText() throws Exception {
    Object parts =
        List.of(Map.of("type", "text", "text", "tell "), Map.of("type", "text", "text", "me"));
    JsonNode answer =
        chat(
            Map.of(
                "messages",
                List.of(Map.of("role", "user", "content", parts)),
                "max_tokens",
                10,
                "temperature",
                0));
    assertThat(answer.path("choices").path(0).path("message").path("content").asString())
        .isEqualTo(text(complete(Map.of("prompt", "tell me", "max_tokens", 10, "temperature", 0))));
  }

  @Test
  void turnsAwayWhatItsQueueCannotHoldAndGoesOn() throws Exception {
    Map<String, Integer> seen = new HashMap<>();
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        answers.add(
            users.submit(() -> post("/v1/completions", "{\"prompt\":\"a\",\"max_tokens\":200}")));
      }
      for (Future<HttpResponse<String>> answer : answers) {
        seen.merge(Integer.toString(answer.get().statusCode()), 1, Integer::sum);
      }
    }
    assertThat(seen).containsOnlyKeys("200", "429");
    assertThat(post("/v1/completions", "{\"prompt\":\"a\"}").statusCode()).isEqualTo(200);
  }

  @Test
  void goesOnWhenAClientLeaves() throws Exception {
    for (int i = 0; i < 3; i++) {
      HttpResponse<InputStream> stream =
          http.send(
              request("/v1/completions", "{\"prompt\":\"a\",\"max_tokens\":240,\"stream\":true}"),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = stream.body()) {
        assertThat(body.read()).isEqualTo('d');
      }
    }
    assertThat(post("/v1/completions", "{\"prompt\":\"a\"}").statusCode()).isEqualTo(200);
  }

  @Test
  void saysWhatIsWrongWithAModelThatItCannotRead() throws IOException {
    Path broken = home.resolve("broken.gguf");
    Files.writeString(broken, "not a model");

    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> supervisor.start(engine("engine-1", 1, broken).resolve(settings)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(PlatformError.PROCESS_DIED))
        .withMessageContaining("ENGINE_MODEL_UNREADABLE");
  }

  private static JavaProgram engine(String name, int number, Path model, String... more) {
    int port = settings.ports().engine(number);
    return JavaProgram.service(name, "local-platform", EngineApplication.class.getName(), port)
        .withArguments(
            "--model",
            model.toString(),
            "--port",
            Integer.toString(port),
            "--name",
            "community/tiny")
        .withArguments(more);
  }

  private static List<Map<String, String>> user(String text) {
    return List.of(Map.of("role", "user", "content", text));
  }

  private static Map<String, Object> with(Map<String, Object> request, String key, Object value) {
    Map<String, Object> changed = new HashMap<>(request);
    changed.put(key, value);
    return changed;
  }

  private static String text(JsonNode answer) {
    return answer.path("choices").path(0).path("text").asString();
  }

  private static JsonNode complete(Map<String, Object> request)
      throws IOException, InterruptedException {
    return answered("/v1/completions", request);
  }

  private static JsonNode chat(Map<String, Object> request)
      throws IOException, InterruptedException {
    return answered("/v1/chat/completions", request);
  }

  private static JsonNode answered(String path, Map<String, Object> request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = post(path, JSON.writeValueAsString(request));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static List<String> events(String path, Map<String, Object> request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        post(path, JSON.writeValueAsString(with(request, "stream", true)));
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    return answer
        .body()
        .lines()
        .filter(line -> !line.isEmpty())
        .map(line -> line.substring("data: ".length()))
        .toList();
  }

  private static void refuses(String path, String body, int status, String code)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = post(path, body);
    assertThat(answer.statusCode())
        .as(body.substring(0, Math.min(60, body.length())))
        .isEqualTo(status);
    assertThat(JSON.readTree(answer.body()).path("error").path("code").asString()).isEqualTo(code);
  }

  private static HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return http.send(request(path, body), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(at(path)).timeout(Duration.ofSeconds(30)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(at(path))
        .timeout(Duration.ofSeconds(60))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static URI at(String path) {
    return URI.create("http://127.0.0.1:" + settings.ports().engine(0) + path);
  }
}
