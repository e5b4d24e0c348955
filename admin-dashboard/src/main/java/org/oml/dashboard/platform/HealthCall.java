package org.oml.dashboard.platform;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.platform.ServiceHealth.State;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Asks a service how it is, which needs no account. */
final class HealthCall {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http;
  private final Duration patience;

  HealthCall(Duration patience) {
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(patience)
            .build();
    this.patience = patience;
  }

  private record Health(@Nullable String status, @Nullable List<String> missing) {}

  ServiceHealth ask(String name, URI url) throws InterruptedException {
    try {
      var response =
          http.send(
              HttpRequest.newBuilder(url.resolve("/health")).timeout(patience).build(),
              BodyHandlers.ofByteArray());
      Health health = JSON.readValue(response.body(), Health.class);
      boolean up = response.statusCode() == 200 && "up".equals(health.status());
      List<String> missing = health.missing() == null ? List.of() : health.missing();
      return new ServiceHealth(name, url, up ? State.UP : State.NOT_READY, missing);
    } catch (IOException | JacksonException notThere) {
      return new ServiceHealth(name, url, State.AWAY, List.of());
    }
  }
}
