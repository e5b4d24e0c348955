package org.oml.trainer.gguf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The C interface of the llama.cpp library that the Java binding has loaded, for what the binding
 * does not give: the logits behind a text, of which it ends the process. The parameters of the
 * interface ({@code llama.h}) are taken as the library fills them in, but for those named here.
 */
final class EngineLibrary implements AutoCloseable {

  /** Longer than any of the structures of parameters; what lies behind them is not looked at. */
  private static final MemoryLayout PARAMETERS =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(32, ValueLayout.JAVA_LONG));

  /** {@code llama_batch}: a count and six addresses. */
  private static final MemoryLayout BATCH =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(7, ValueLayout.JAVA_LONG));

  private static final long CONTEXT_LENGTH = 0;
  private static final long THREADS = 16;
  private static final long THREADS_OF_BATCHES = 20;
  private static final long CACHE_TYPE_OF_KEYS = 88;
  private static final long CACHE_TYPE_OF_VALUES = 92;
  private static final int F32 = 0;
  private static final int F16 = 1;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment model;
  private final MemorySegment context;
  private final int vocabularySize;

  /**
   * @param file GGUF
   * @param vocabularySize of the model, as many logits there are
   */
  EngineLibrary(Path file, int vocabularySize) {
    this.vocabularySize = vocabularySize;
    model =
        (MemorySegment)
            call(
                "llama_model_load_from_file",
                FunctionDescriptor.of(ADDRESS, ADDRESS, PARAMETERS),
                arena.allocateFrom(file.toString()),
                structure("llama_model_default_params", PARAMETERS));
    MemorySegment parameters = structure("llama_context_default_params", PARAMETERS);
    parameters.set(JAVA_INT, CONTEXT_LENGTH, 128);
    parameters.set(JAVA_INT, THREADS, 1);
    parameters.set(JAVA_INT, THREADS_OF_BATCHES, 1);
    keepInF32(parameters, CACHE_TYPE_OF_KEYS);
    keepInF32(parameters, CACHE_TYPE_OF_VALUES);
    context =
        (MemorySegment)
            call(
                "llama_init_from_model",
                FunctionDescriptor.of(ADDRESS, ADDRESS, PARAMETERS),
                model,
                parameters);
  }

  /** Fails where the structure is another than this was written for. */
  private static void keepInF32(MemorySegment parameters, long offset) {
    if (parameters.get(JAVA_INT, offset) != F16) {
      throw new IllegalStateException("llama_context_params is laid out differently");
    }
    parameters.set(JAVA_INT, offset, F32);
  }

  /** What the engine expects behind these tokens: a logit of each token of the vocabulary. */
  @SuppressWarnings("restricted")
  double[] logits(int[] tokens) {
    try (Arena call = Arena.ofConfined()) {
      call("llama_kv_self_clear", FunctionDescriptor.ofVoid(ADDRESS), context);
      MemorySegment batch =
          (MemorySegment)
              call(
                  "llama_batch_get_one",
                  FunctionDescriptor.of(BATCH, ADDRESS, JAVA_INT),
                  call,
                  call.allocateFrom(JAVA_INT, tokens),
                  tokens.length);
      int code =
          (int)
              call("llama_decode", FunctionDescriptor.of(JAVA_INT, ADDRESS, BATCH), context, batch);
      if (code != 0) {
        throw new IllegalStateException("llama_decode answered " + code);
      }
      MemorySegment last =
          (MemorySegment)
              call(
                  "llama_get_logits_ith",
                  FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT),
                  context,
                  -1);
      double[] logits = new double[vocabularySize];
      MemorySegment row = last.reinterpret(vocabularySize * JAVA_FLOAT.byteSize());
      Arrays.setAll(logits, token -> row.getAtIndex(JAVA_FLOAT, token));
      return logits;
    }
  }

  @Override
  public void close() {
    call("llama_free", FunctionDescriptor.ofVoid(ADDRESS), context);
    call("llama_model_free", FunctionDescriptor.ofVoid(ADDRESS), model);
    arena.close();
  }

  private MemorySegment structure(String function, MemoryLayout layout) {
    return (MemorySegment) call(function, FunctionDescriptor.of(layout), arena);
  }

  @SuppressWarnings("restricted")
  private static Object call(String function, FunctionDescriptor signature, Object... arguments) {
    MemorySegment address = SymbolLookup.loaderLookup().findOrThrow(function);
    MethodHandle handle = Linker.nativeLinker().downcallHandle(address, signature);
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(function, e);
    }
  }
}
