package org.oml.platform.engine;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;

/**
 * The metadata at the beginning of a GGUF file (version 2 or 3, see {@code docs/gguf.md} of the
 * ggml project): what has to be known before the file is handed to native code, which ends the
 * process where this class says what is wrong. Values of arrays are skipped.
 */
record GgufHeader(Map<String, Object> values) {

  private static final int MAGIC = 0x46554747;
  private static final long MOST_VALUES = 100_000;
  private static final long LONGEST_STRING = 16L << 20;
  private static final long MOST_ELEMENTS = 100_000_000;

  /**
   * Reads the header of a file.
   *
   * @throws CodedException {@link EngineError#MODEL_UNREADABLE} if there is none or it is broken
   */
  static GgufHeader read(Path file) {
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      Reader reader = new Reader(new DataInputStream(stream));
      if (reader.int32() != MAGIC) {
        throw unreadable(file, "it does not begin with GGUF", null);
      }
      int version = reader.int32();
      if (version != 2 && version != 3) {
        throw unreadable(file, "its version is " + version, null);
      }
      long tensors = reader.int64();
      long count = reader.int64();
      if (tensors <= 0 || count < 0 || count > MOST_VALUES) {
        throw unreadable(file, "it claims " + tensors + " tensors and " + count + " values", null);
      }
      return new GgufHeader(reader.values(count));
    } catch (EOFException e) {
      throw unreadable(file, "it ends within its header", e);
    } catch (IOException e) {
      throw unreadable(file, e.getClass().getSimpleName() + " " + e.getMessage(), e);
    }
  }

  /** The longest context that the model was made for, in tokens. */
  int contextLength() {
    Object architecture = values.getOrDefault("general.architecture", "");
    return values.get(architecture + ".context_length") instanceof Number number
        ? number.intValue()
        : 0;
  }

  boolean hasChatTemplate() {
    return values.containsKey("tokenizer.chat_template");
  }

  /** Whether the engine puts a token for the beginning before each prompt. */
  boolean addsBeginning() {
    return Boolean.TRUE.equals(values.get("tokenizer.ggml.add_bos_token"));
  }

  /** The id of the token for the beginning, or -1. */
  int beginning() {
    return values.get("tokenizer.ggml.bos_token_id") instanceof Number number
        ? number.intValue()
        : -1;
  }

  private static CodedException unreadable(Path file, String why, @Nullable Exception cause) {
    return new CodedException(
        EngineError.MODEL_UNREADABLE,
        "The model " + file + " is not a GGUF file that can be read: " + why + ".",
        cause);
  }

  /** Reads the format's little-endian values one after the other. */
  private record Reader(DataInputStream in) {

    Map<String, Object> values(long count) throws IOException {
      Map<String, Object> values = new HashMap<>();
      for (long i = 0; i < count; i++) {
        String key = string();
        Object value = value(int32());
        if (value != null) {
          values.put(key, value);
        }
      }
      return values;
    }

    int int32() throws IOException {
      return Integer.reverseBytes(in.readInt());
    }

    long int64() throws IOException {
      return Long.reverseBytes(in.readLong());
    }

    private String string() throws IOException {
      long length = int64();
      if (length < 0 || length > LONGEST_STRING) {
        throw new IOException("a text of " + length + " bytes");
      }
      byte[] bytes = new byte[(int) length];
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }

    private @Nullable Object value(int type) throws IOException {
      return switch (type) {
        case 0, 1 -> in.readByte();
        case 2, 3 -> Short.reverseBytes(in.readShort());
        case 4, 5 -> int32();
        case 6 -> Float.intBitsToFloat(int32());
        case 7 -> in.readByte() != 0;
        case 8 -> string();
        case 9 -> skipArray();
        case 10, 11 -> int64();
        case 12 -> Double.longBitsToDouble(int64());
        default -> throw new IOException("a value of the unknown type " + type);
      };
    }

    private @Nullable Object skipArray() throws IOException {
      int type = int32();
      long count = int64();
      if (count < 0 || count > MOST_ELEMENTS) {
        throw new IOException("an array of " + count + " elements");
      }
      for (long i = 0; i < count; i++) {
        Object ignored = value(type);
      }
      return null;
    }
  }
}
