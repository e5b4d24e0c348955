package org.oml.gateway.warning;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.oml.host.HostIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.ObjectMapper;

/**
 * Passes warnings on, each once in a while. What the webhook does not take is tried again, with
 * growing pauses, while others wait; its address may hold a secret and is never logged.
 */
public final class Warnings implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Warnings.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WAITING = 1_000;
  private static final int ATTEMPTS = 8;
  private static final Duration CALL = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  private final @Nullable URI webhook;
  private final Duration repeatAfter;
  private final HostIdentity host;
  private final InstantSource clock;
  private final Map<String, Instant> raised = new ConcurrentHashMap<>();
  private final BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>(WAITING);
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CALL).build();
  private final Thread thread;

  /**
   * @param webhook that is told, or null for the log alone
   * @param repeatAfter how long the same warning is not repeated
   */
  public Warnings(
      @Nullable URI webhook, Duration repeatAfter, HostIdentity host, InstantSource clock) {
    this.webhook = webhook;
    this.repeatAfter = repeatAfter;
    this.host = host;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("warnings").start(this::deliver);
  }

  /**
   * Warns, unless the same was said a short while ago.
   *
   * @param subject what it is about: the same kind and subject is the same warning
   * @param text for a person
   */
  public void raise(Warning kind, String subject, String text) {
    Instant now = clock.instant();
    Instant last = raised.get(kind + subject);
    if (last != null && now.isBefore(last.plus(repeatAfter))) {
      return;
    }
    raised.put(kind + subject, now);
    LOG.warn("{} {}: {}", kind, subject, text);
    if (webhook != null && !waiting.offer(json(kind, subject, text, now))) {
      LOG.warn("Too many warnings wait for the webhook; this one is in the log alone");
    }
  }

  /** The same is a new warning when it comes again. */
  public void settle(Warning kind, String subject) {
    raised.remove(kind + subject);
  }

  private byte[] json(Warning kind, String subject, String text, Instant now) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", 1);
    json.put("at", now.toString());
    json.put("kind", kind.name());
    json.put("subject", subject);
    json.put("host", host.wallet().toString());
    json.put("instanceId", host.instanceId().toString());
    // What Slack, Mattermost and their like show of a message.
    json.put("text", kind + ": " + text);
    return JSON.writeValueAsBytes(json);
  }

  private void deliver() {
    URI target = webhook;
    if (target == null) {
      return;
    }
    try {
      while (true) {
        deliver(target, waiting.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver(URI target, byte[] message) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .timeout(CALL)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(message))
            .build();
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        int status = client.send(request, BodyHandlers.discarding()).statusCode();
        if (status < 300) {
          return;
        }
        LOG.warn("The webhook answered {} to a warning", status);
      } catch (IOException e) {
        LOG.warn("The webhook does not answer: {}", e.getClass().getSimpleName());
      }
      Thread.sleep(pause);
      pause = pause.multipliedBy(3);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    client.shutdownNow();
  }
}
