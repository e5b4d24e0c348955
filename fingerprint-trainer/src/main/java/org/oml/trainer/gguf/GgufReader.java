package org.oml.trainer.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/**
 * A GGUF file of version 3 whose description was checked: every size is compared with what is left
 * of the file before anything is allocated or read. The numbers of tensors are read when they are
 * asked for.
 */
public final class GgufReader {

  private static final int MAGIC = 0x46554747;
  private static final int VERSION = 3;
  private static final int USUAL_ALIGNMENT = 32;
  private static final int LARGEST_TEXT = 64 << 20;
  private static final int LONGEST_ARRAY = 1 << 24;
  private static final int MOST_DIMENSIONS = 4;

  /** Arrays in arrays would let a small file ask for a deep recursion. */
  private static final int DEEPEST_ARRAY = 4;

  private record Place(List<Long> shape, GgufType type, long offset) {

    long bytes() {
      return Math.multiplyExact(
          shape.stream().reduce(1L, Math::multiplyExact), (long) type.bytes());
    }
  }

  private final Path path;
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<String, Place> tensors = new LinkedHashMap<>();
  private final long size;
  private long dataStart;

  private GgufReader(Path path, long size) {
    this.path = path;
    this.size = size;
  }

  /**
   * Reads and checks what a file says of itself.
   *
   * @throws CodedException {@code TRAINER_GGUF_INVALID}; {@code TRAINER_MODEL_MISSING} where there
   *     is no file
   */
  public static GgufReader open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      GgufReader reader = new GgufReader(path, channel.size());
      reader.readHead(new Source(channel));
      return reader;
    } catch (IOException e) {
      throw new CodedException(TrainerError.MODEL_MISSING, "Cannot read " + path + ".", e);
    } catch (ArithmeticException e) {
      throw invalid("a size is larger than any file");
    }
  }

  /** The names of its tensors in the order of their descriptions. */
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /** What it says of itself: numbers, texts, truth values and lists of these, by key. */
  public Map<String, Object> metadata() {
    return Map.copyOf(metadata);
  }

  /** The shape of a tensor, rows first. */
  public List<Long> shape(String name) {
    return place(name).shape();
  }

  /** The numbers of a tensor, widened to 32 bits. */
  public float[] values(String name) {
    Place place = place(name);
    if (place.bytes() > Integer.MAX_VALUE) {
      throw invalid(name + " is larger than what is read at once");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      Source source = new Source(channel);
      source.position = dataStart + place.offset();
      ByteBuffer bytes = source.take((int) place.bytes());
      float[] values = new float[bytes.remaining() / place.type().bytes()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (place.type()) {
              case F32 -> bytes.getFloat();
              case F16 -> Float.float16ToFloat(bytes.getShort());
            };
      }
      return values;
    } catch (IOException e) {
      throw new CodedException(TrainerError.MODEL_MISSING, "Cannot read " + path + ".", e);
    }
  }

  private Place place(String name) {
    Place place = tensors.get(name);
    if (place == null) {
      throw invalid("it has no tensor " + name);
    }
    return place;
  }

  private void readHead(Source source) throws IOException {
    if (source.integer() != MAGIC || source.integer() != VERSION) {
      throw invalid("it does not begin as one of version 3");
    }
    long count = source.count(24);
    long entries = source.count(12);
    for (long i = 0; i < entries; i++) {
      String key = source.text();
      if (metadata.put(key, source.value(source.integer(), 0)) != null) {
        throw invalid(key + " stands there twice");
      }
    }
    for (long i = 0; i < count; i++) {
      readTensor(source);
    }
    int alignment =
        metadata.getOrDefault("general.alignment", USUAL_ALIGNMENT) instanceof Integer number
            ? number
            : 0;
    if (alignment <= 0 || Integer.bitCount(alignment) != 1) {
      throw invalid("its alignment is no power of two");
    }
    dataStart = Math.ceilDiv(source.position, (long) alignment) * alignment;
    requireEveryTensorInside(alignment);
  }

  private void readTensor(Source source) throws IOException {
    String name = source.text();
    int dimensions = source.integer();
    if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
      throw invalid(name + " has " + dimensions + " dimensions");
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      long length = source.number();
      if (length < 0) {
        throw invalid(name + " has a negative length");
      }
      shape.addFirst(length);
    }
    Place place = new Place(List.copyOf(shape), type(name, source.integer()), source.number());
    if (tensors.put(name, place) != null) {
      throw invalid(name + " stands there twice");
    }
  }

  private void requireEveryTensorInside(int alignment) {
    long reached = 0;
    for (Map.Entry<String, Place> tensor : tensors.entrySet()) {
      Place place = tensor.getValue();
      if (place.offset() != reached) {
        throw invalid(tensor.getKey() + " does not follow the tensor before it");
      }
      if (place.bytes() > size - dataStart - reached) {
        throw invalid(tensor.getKey() + " reaches beyond the end of the file");
      }
      reached += Math.ceilDiv(place.bytes(), (long) alignment) * alignment;
    }
    if (size - dataStart > reached) {
      throw invalid("bytes at its end belong to no tensor");
    }
  }

  private static GgufType type(String name, int code) {
    for (GgufType type : GgufType.values()) {
      if (type.tensorType() == code) {
        return type;
      }
    }
    throw invalid(name + " is of type " + code + ", which is not read");
  }

  private static CodedException invalid(String detail) {
    return new CodedException(
        TrainerError.GGUF_INVALID, "The GGUF file cannot be used: " + detail + ".");
  }

  /** The bytes of a file in their order; knows how many are left. */
  private static final class Source {

    private static final int WINDOW = 1 << 16;

    private final FileChannel channel;
    private final long size;
    private long position;

    /** What was read ahead, since a vocabulary is a hundred thousand short texts. */
    private ByteBuffer window = ByteBuffer.allocate(0);

    Source(FileChannel channel) throws IOException {
      this.channel = channel;
      size = channel.size();
    }

    ByteBuffer take(int bytes) throws IOException {
      if (bytes < 0 || bytes > size - position) {
        throw invalid("it ends early");
      }
      if (bytes > window.remaining()) {
        window = read((int) Math.min(Math.max(bytes, WINDOW), size - position));
      }
      ByteBuffer taken = window.slice(window.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
      window.position(window.position() + bytes);
      position += bytes;
      return taken;
    }

    private ByteBuffer read(int bytes) throws IOException {
      ByteBuffer read = ByteBuffer.allocate(bytes);
      while (read.hasRemaining()) {
        if (channel.read(read, position + read.position()) < 0) {
          throw invalid("it became shorter while it was read");
        }
      }
      return read.flip();
    }

    int integer() throws IOException {
      return take(Integer.BYTES).getInt();
    }

    long number() throws IOException {
      return take(Long.BYTES).getLong();
    }

    /** A number of things that take so many bytes each at least. */
    long count(int bytesEach) throws IOException {
      long count = number();
      if (count < 0 || count > (size - position) / bytesEach) {
        throw invalid("it claims " + Long.toUnsignedString(count) + " things and ends before");
      }
      return count;
    }

    String text() throws IOException {
      long length = count(1);
      if (length > LARGEST_TEXT) {
        throw invalid("a text in it has " + length + " bytes");
      }
      return StandardCharsets.UTF_8.decode(take((int) length)).toString();
    }

    Object value(int type, int depth) throws IOException {
      return switch (type) {
        case 0, 1, 7 -> take(1).get();
        case 2, 3 -> take(2).getShort();
        case 4, 5 -> integer();
        case 6 -> take(4).getFloat();
        case 8 -> text();
        case 9 -> array(depth);
        case 10, 11 -> number();
        case 12 -> take(8).getDouble();
        default -> throw invalid("a value in it is of type " + type);
      };
    }

    private List<Object> array(int depth) throws IOException {
      if (depth >= DEEPEST_ARRAY) {
        throw invalid("arrays stand in arrays more than " + DEEPEST_ARRAY + " deep");
      }
      int type = integer();
      long length = count(1);
      if (length > LONGEST_ARRAY) {
        throw invalid("an array in it has " + length + " elements");
      }
      List<Object> elements = new ArrayList<>();
      for (long i = 0; i < length; i++) {
        elements.add(value(type, depth + 1));
      }
      return List.copyOf(elements);
    }
  }
}
