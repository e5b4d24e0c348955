package org.oml.trainer.vocabulary;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/** Renders templates by Jinjava, set up to be Jinja as chat templates expect it. */
final class JinjaRenderer {

  /** What a template is told that today is: a fingerprint must not depend on the day. */
  private static final LocalDate TODAY = LocalDate.of(2024, 7, 26);

  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final long LARGEST_OUTPUT = 1 << 20;
  private static final int LARGEST_COLLECTION = 10_000;
  private static final int DEEPEST = 20;

  private static final ThreadLocal<Long> DEADLINE = new ThreadLocal<>();
  private static final Jinjava JINJAVA = jinjava();

  private JinjaRenderer() {}

  static String render(
      String source,
      List<ChatTemplate.Message> messages,
      boolean asksForAnswer,
      Map<String, String> specialTokens) {
    Map<String, Object> given = new LinkedHashMap<>(specialTokens);
    given.put("messages", messages.stream().map(JinjaRenderer::message).toList());
    given.put("add_generation_prompt", asksForAnswer);
    // Templates ask whether a function is defined as if it were a variable.
    given.put("strftime_now", true);
    given.put("raise_exception", true);
    FutureTask<RenderResult> rendering = new FutureTask<>(() -> rendered(source, given));
    Thread.ofPlatform().daemon().name("chat-template").start(rendering);
    try {
      RenderResult result = rendering.get(2 * LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      if (result.hasErrors()) {
        throw invalid(cause(result.getErrors().getFirst()));
      }
      return result.getOutput();
    } catch (TimeoutException | CancellationException e) {
      rendering.cancel(true);
      throw invalid("it did not come to an end");
    } catch (ExecutionException e) {
      throw invalid(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw invalid("its rendering was interrupted");
    }
  }

  /** What the innermost failure says: those around it name the function alone. */
  private static String cause(TemplateError error) {
    Throwable innermost = error.getException();
    while (innermost != null && innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = innermost == null ? null : innermost.getMessage();
    return message == null ? error.getMessage() : message;
  }

  /** Asked at every look at an object. */
  static void requireTime() {
    Long deadline = DEADLINE.get();
    if (Thread.currentThread().isInterrupted()
        || (deadline != null && System.nanoTime() - deadline > 0)) {
      throw new IllegalStateException("it took too long");
    }
  }

  /** A template refuses a conversation by this. */
  public static Object raiseException(Object message) {
    throw new IllegalArgumentException("the template says: " + message);
  }

  /** The day in the form that a template asks for, as Python's {@code strftime} writes it. */
  public static String strftimeNow(String format) {
    return Strftime.write(format, TODAY);
  }

  private static RenderResult rendered(String source, Map<String, Object> given) {
    DEADLINE.set(System.nanoTime() + LONGEST.toNanos());
    return JINJAVA.renderForResult(source, given);
  }

  private static Map<String, Object> message(ChatTemplate.Message message) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("role", message.role());
    map.put("content", message.content());
    return map;
  }

  private static Jinjava jinjava() {
    JinjavaConfig configuration =
        JinjavaConfig.newBuilder()
            .withTrimBlocks(true)
            .withLstripBlocks(true)
            .withNestedInterpretationEnabled(false)
            .withMaxOutputSize(LARGEST_OUTPUT)
            .withMaxStringLength(LARGEST_OUTPUT)
            .withMaxListSize(LARGEST_COLLECTION)
            .withMaxMapSize(LARGEST_COLLECTION)
            .withRangeLimit(LARGEST_COLLECTION)
            .withMaxRenderDepth(DEEPEST)
            .withMaxMacroRecursionDepth(DEEPEST)
            .withElResolver(JinjaObjects.resolver())
            .withDisabled(
                Map.of(Library.TAG, Set.of("include", "import", "from", "extends", "block")))
            .withLegacyOverrides(
                LegacyOverrides.newBuilder()
                    .withIterateOverMapKeys(true)
                    .withEvaluateMapKeys(true)
                    .withUseNaturalOperatorPrecedence(true)
                    .withParseWhitespaceControlStrictly(true)
                    .withWhitespaceRequiredWithinTokens(false)
                    .withKeepNullableLoopValues(true)
                    .withUseTrimmingForNotesAndExpressions(true)
                    .build())
            .build();
    Jinjava jinjava = new Jinjava(configuration);
    jinjava.setResourceLocator(
        (name, charset, interpreter) -> {
          throw new IOException("a template may not read " + name);
        });
    jinjava
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                "", "raise_exception", JinjaRenderer.class, "raiseException", Object.class));
    jinjava
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                "", "strftime_now", JinjaRenderer.class, "strftimeNow", String.class));
    jinjava.getGlobalContext().registerFilter(new JsonFilter());
    jinjava.getGlobalContext().registerFilter(new ItemsFilter());
    return jinjava;
  }

  private static CodedException invalid(String detail) {
    return new CodedException(
        TrainerError.TEMPLATE_INVALID, "The chat template cannot be rendered: " + detail + ".");
  }
}
