package org.oml.platform.engine;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.LogFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.oml.protocol.CodedException;
import tools.jackson.databind.ObjectMapper;

/**
 * One model in llama.cpp, one answer at a time, on one thread: more threads make small models
 * slower. Nothing is kept from one request to the next, so that the same greedy request has the
 * same answer.
 *
 * <p>Native code ends the process where it is handed something unexpected, so everything is checked
 * before. The model is never closed, since closing it blocks the JVM: the process ends instead.
 */
final class LlamaEngine {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int COMPLETION_TOKENS = 16;

  private final LlamaModel model;
  private final GgufHeader header;
  private final int context;
  private final Semaphore places;
  private final Semaphore turn = new Semaphore(1, true);
  private final Duration patience;

  /**
   * Loads a model.
   *
   * @param file a GGUF file
   * @param context the longest context in tokens, 0 for the model's own
   * @param queue how many requests may wait or run at once
   * @param patience how long a request may wait for its turn
   * @throws CodedException {@link EngineError#MODEL_UNREADABLE}
   */
  LlamaEngine(Path file, int context, int queue, Duration patience) {
    this.header = GgufHeader.read(file);
    this.context = context > 0 ? context : header.contextLength();
    if (this.context <= 0) {
      throw new CodedException(
          EngineError.MODEL_UNREADABLE,
          "The model " + file + " does not say how long its context is; set --context.");
    }
    this.places = new Semaphore(queue);
    this.patience = patience;
    ModelParameters parameters =
        new ModelParameters()
            .setModel(file.toString())
            .setThreads(1)
            .setThreadsBatch(1)
            .setGpuLayers(0)
            .setCtxSize(this.context)
            .setParallel(1);
    if (header.hasChatTemplate()) {
      parameters.enableJinja();
    }
    try (PrivateLibrary _ = PrivateLibrary.prepare()) {
      // The native log repeats prompts' sizes and timings for each request; errors come as
      // exceptions.
      LlamaModel.setLogger(LogFormat.TEXT, (level, message) -> {});
      this.model = new LlamaModel(parameters);
    } catch (RuntimeException e) {
      throw new CodedException(
          EngineError.MODEL_UNREADABLE,
          "llama.cpp cannot load the model " + file + ": " + e.getMessage(),
          e);
    }
  }

  /**
   * Answers a request.
   *
   * @param request what is asked
   * @param pieces told each piece of the text as it comes; answers whether to go on
   * @throws CodedException {@link EngineError#BUSY}, {@link EngineError#CONTEXT_EXCEEDED}
   */
  Completion answer(CompletionRequest request, Predicate<String> pieces) {
    if (!places.tryAcquire()) {
      throw busy();
    }
    try {
      if (!turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw busy();
      }
      try {
        return generate(request, pieces);
      } finally {
        turn.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy();
    } finally {
      places.release();
    }
  }

  private Completion generate(CompletionRequest request, Predicate<String> pieces) {
    String prompt = prompt(request);
    int promptTokens = model.encode(prompt).length + (header.addsBeginning() ? 1 : 0);
    int room = context - promptTokens;
    if (room <= 0) {
      throw new CodedException(
          EngineError.CONTEXT_EXCEEDED,
          "The prompt has %d tokens and the context %d.".formatted(promptTokens, context));
    }
    Integer asked = request.maxTokens();
    int limit = Math.min(room, asked != null ? asked : request.isChat() ? room : COMPLETION_TOKENS);
    if (limit == 0) {
      return new Completion("", promptTokens, 0, true);
    }
    StringBuilder text = new StringBuilder();
    int outputs = 0;
    LlamaIterator iterator = model.generate(parameters(request, prompt, limit)).iterator();
    while (iterator.hasNext()) {
      String piece = iterator.next().text;
      outputs++;
      text.append(piece);
      if (!piece.isEmpty() && !pieces.test(piece)) {
        iterator.cancel();
        break;
      }
    }
    // The last output only says that the text has ended.
    int completionTokens = Math.min(limit, Math.max(0, outputs - 1));
    return new Completion(
        text.toString(), promptTokens, completionTokens, completionTokens == limit);
  }

  /**
   * A prompt as it is, or a conversation through the model's own template, without a second token
   * for the beginning.
   */
  private String prompt(CompletionRequest request) {
    if (request.prompt() != null) {
      return request.prompt();
    }
    List<Map<String, String>> messages =
        request.messages().stream()
            .map(message -> Map.of("role", message.role(), "content", message.content()))
            .toList();
    String text = model.applyTemplate(JSON.writeValueAsString(Map.of("messages", messages)));
    if (header.addsBeginning() && header.beginning() >= 0) {
      String beginning = model.decode(new int[] {header.beginning()});
      if (!beginning.isBlank() && text.startsWith(beginning)) {
        return text.substring(beginning.length());
      }
    }
    return text;
  }

  private static InferenceParameters parameters(
      CompletionRequest request, String prompt, int limit) {
    InferenceParameters parameters =
        new InferenceParameters(prompt)
            .setNPredict(limit)
            .setCachePrompt(false)
            .setTemperature((float) request.temperature())
            .setTopP((float) request.topP())
            .setTopK(0)
            .setMinP(0)
            .setFrequencyPenalty((float) request.frequencyPenalty())
            .setPresencePenalty((float) request.presencePenalty());
    if (request.seed() != null) {
      parameters.setSeed(request.seed());
    }
    if (!request.stops().isEmpty()) {
      parameters.setStopStrings(request.stops().toArray(String[]::new));
    }
    if (!request.bias().isEmpty()) {
      parameters.setTokenIdBias(request.bias());
    }
    return parameters;
  }

  private static CodedException busy() {
    return new CodedException(EngineError.BUSY, "Too many requests wait for this engine.");
  }
}
