package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The safetensors format: eight bytes of header length, a JSON header, then the tensors' bytes
 * without gaps. What a header claims is checked against the file before anything is read by it.
 *
 * @param tensors in the order of their offsets
 * @param metadata the header's {@code __metadata__}
 */
public record SafeTensors(List<TensorData> tensors, Map<String, String> metadata) {

  /** As in the format's own implementation. */
  private static final int LARGEST_HEADER = 100_000_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Entry(String name, ElementType type, List<Long> shape, long begin, long end) {}

  public SafeTensors {
    tensors = List.copyOf(tensors);
    metadata = Map.copyOf(metadata);
  }

  /**
   * Reads a file.
   *
   * @throws CodedException {@link TrainerError#SAFETENSORS_INVALID} when the header is cut off, too
   *     long, no JSON, or claims offsets that overlap, leave gaps, lie outside the file or do not
   *     fit type and shape
   */
  public static SafeTensors read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long headerLength = headerLength(file, channel);
      JsonNode header = JSON.readTree(bytes(channel, 8, headerLength).array());
      List<Entry> entries = entries(file, header);
      requireContiguous(file, entries, channel.size() - 8 - headerLength);
      List<TensorData> tensors = new ArrayList<>();
      for (Entry entry : entries) {
        tensors.add(read(channel, 8 + headerLength, entry));
      }
      return new SafeTensors(tensors, metadata(header));
    } catch (IOException | JacksonException e) {
      throw invalid(file, "cannot be read", e);
    }
  }

  /** Writes a file and forces it to the disk. */
  public void write(Path file) throws IOException {
    byte[] header = header();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer head = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
      writeFully(channel, head.putLong(header.length).put(header).flip());
      for (TensorData tensor : tensors) {
        write(channel, tensor);
      }
      channel.force(true);
    }
  }

  private byte[] header() {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put("__metadata__", metadata);
    }
    long offset = 0;
    for (TensorData tensor : tensors) {
      long end = offset + (long) tensor.values().length * tensor.type().bytes();
      header.put(
          tensor.name(),
          Map.of(
              "dtype",
              tensor.type().name(),
              "shape",
              tensor.shape(),
              "data_offsets",
              List.of(offset, end)));
      offset = end;
    }
    String text = JSON.writeValueAsString(header);
    int unpadded = text.getBytes(StandardCharsets.UTF_8).length;
    return (text + " ".repeat((8 - unpadded % 8) % 8)).getBytes(StandardCharsets.UTF_8);
  }

  private static void write(FileChannel channel, TensorData tensor) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : tensor.values()) {
      if (out.remaining() < 4) {
        writeFully(channel, out.flip());
        out.clear();
      }
      tensor.type().write(value, out);
    }
    writeFully(channel, out.flip());
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static long headerLength(Path file, FileChannel channel) throws IOException {
    if (channel.size() < 8) {
      throw invalid(file, "is shorter than a header", null);
    }
    long length = bytes(channel, 0, 8).getLong();
    if (length < 2 || length > LARGEST_HEADER || length > channel.size() - 8) {
      throw invalid(file, "claims a header of " + Long.toUnsignedString(length) + " bytes", null);
    }
    return length;
  }

  private static List<Entry> entries(Path file, JsonNode header) {
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : header.properties()) {
      if (!property.getKey().equals("__metadata__")) {
        entries.add(entry(file, property.getKey(), property.getValue()));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return entries;
  }

  private static Entry entry(Path file, String name, JsonNode node) {
    ElementType type =
        switch (node.path("dtype").asString("")) {
          case "F32" -> ElementType.F32;
          case "F16" -> ElementType.F16;
          case "BF16" -> ElementType.BF16;
          default ->
              throw invalid(
                  file, "holds " + name + " of a type other than F32, F16 and BF16", null);
        };
    List<Long> shape = new ArrayList<>();
    long elements = 1;
    for (JsonNode size : node.path("shape")) {
      if (!size.isIntegralNumber() || size.asLong(0) <= 0 || size.asLong(0) > Integer.MAX_VALUE) {
        throw invalid(file, "gives " + name + " an impossible shape", null);
      }
      shape.add(size.asLong(0));
      elements =
          Math.multiplyHigh(elements, size.asLong(0)) == 0
              ? elements * size.asLong(0)
              : Long.MAX_VALUE;
    }
    JsonNode offsets = node.path("data_offsets");
    long begin = offsets.path(0).asLong(-1);
    long end = offsets.path(1).asLong(-1);
    if (offsets.size() != 2 || begin < 0 || end < begin || elements > Integer.MAX_VALUE - 8) {
      throw invalid(file, "gives " + name + " impossible offsets or too many elements", null);
    }
    if (end - begin != elements * type.bytes()) {
      throw invalid(file, "gives " + name + " other offsets than its type and shape need", null);
    }
    return new Entry(name, type, shape, begin, end);
  }

  private static void requireContiguous(Path file, List<Entry> entries, long length) {
    long expected = 0;
    for (Entry entry : entries) {
      if (entry.begin() != expected) {
        throw invalid(file, "has tensors that overlap or leave gaps, at " + entry.name(), null);
      }
      expected = entry.end();
    }
    if (expected != length) {
      throw invalid(
          file, "has " + length + " bytes of tensors where its header claims " + expected, null);
    }
  }

  private static Map<String, String> metadata(JsonNode header) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : header.path("__metadata__").properties()) {
      metadata.put(property.getKey(), property.getValue().asString(""));
    }
    return metadata;
  }

  private static TensorData read(FileChannel channel, long start, Entry entry) throws IOException {
    ByteBuffer bytes = bytes(channel, start + entry.begin(), entry.end() - entry.begin());
    float[] values = new float[bytes.remaining() / entry.type().bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = entry.type().read(bytes);
    }
    return new TensorData(entry.name(), entry.type(), entry.shape(), values);
  }

  private static ByteBuffer bytes(FileChannel channel, long position, long length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new IOException("the file ends too early");
      }
    }
    return bytes.flip();
  }

  private static CodedException invalid(Path file, String what, @Nullable Exception cause) {
    return new CodedException(
        TrainerError.SAFETENSORS_INVALID, file.getFileName() + " " + what + ".", cause);
  }
}
