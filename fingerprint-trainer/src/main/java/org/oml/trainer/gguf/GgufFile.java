package org.oml.trainer.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Version 3 of GGUF (ggml, {@code docs/gguf.md}): little endian; magic, counts, metadata, tensor
 * descriptions, then the tensors, each aligned to 32 bytes.
 */
final class GgufFile {

  private static final int ALIGNMENT = 32;
  private static final int CHUNK = 1 << 20;

  private enum ValueType {
    UINT32(4),
    INT32(5),
    FLOAT32(6),
    BOOL(7),
    STRING(8),
    ARRAY(9);

    private final int code;

    ValueType(int code) {
      this.code = code;
    }
  }

  private record Tensor(String name, List<Long> shape, GgufType type, Supplier<float[]> values) {

    long bytes() {
      return shape.stream().reduce(1L, Math::multiplyExact) * type.bytes();
    }
  }

  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final List<Tensor> tensors = new ArrayList<>();
  private int entries;

  GgufFile put(String key, String value) {
    entry(key, ValueType.STRING);
    string(value);
    return this;
  }

  GgufFile put(String key, int value) {
    entry(key, ValueType.UINT32);
    integer(value);
    return this;
  }

  GgufFile put(String key, float value) {
    entry(key, ValueType.FLOAT32);
    integer(Float.floatToRawIntBits(value));
    return this;
  }

  GgufFile put(String key, boolean value) {
    entry(key, ValueType.BOOL);
    metadata.write(value ? 1 : 0);
    return this;
  }

  GgufFile putStrings(String key, List<String> values) {
    return array(key, ValueType.STRING, values.size(), index -> string(values.get(index)));
  }

  GgufFile putIntegers(String key, int[] values) {
    return array(key, ValueType.INT32, values.length, index -> integer(values[index]));
  }

  GgufFile putFloats(String key, float[] values) {
    return array(
        key,
        ValueType.FLOAT32,
        values.length,
        index -> integer(Float.floatToRawIntBits(values[index])));
  }

  /**
   * Adds a tensor.
   *
   * @param shape row-major, as in a checkpoint; the file has the sizes the other way round
   * @param values asked for once, while the file is written
   */
  GgufFile tensor(String name, List<Long> shape, GgufType type, Supplier<float[]> values) {
    tensors.add(new Tensor(name, shape, type, values));
    return this;
  }

  List<String> names() {
    return tensors.stream().map(Tensor::name).toList();
  }

  void write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(channel, ByteBuffer.wrap(head()));
      for (Tensor tensor : tensors) {
        align(channel);
        write(channel, tensor);
      }
      align(channel);
      channel.force(true);
    }
  }

  private byte[] head() {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    head.writeBytes(buffer(20).putInt(3).putLong(tensors.size()).putLong(entries).array());
    head.writeBytes(metadata.toByteArray());
    long offset = 0;
    for (Tensor tensor : tensors) {
      byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
      head.writeBytes(buffer(8).putLong(name.length).array());
      head.writeBytes(name);
      head.writeBytes(buffer(4).putInt(tensor.shape().size()).array());
      for (long size : tensor.shape().reversed()) {
        head.writeBytes(buffer(8).putLong(size).array());
      }
      head.writeBytes(buffer(12).putInt(tensor.type().tensorType()).putLong(offset).array());
      offset += aligned(tensor.bytes());
    }
    return head.toByteArray();
  }

  private static void write(FileChannel channel, Tensor tensor) throws IOException {
    ByteBuffer chunk = buffer(CHUNK);
    for (float value : tensor.values().get()) {
      if (chunk.remaining() < tensor.type().bytes()) {
        writeFully(channel, chunk.flip());
        chunk.clear();
      }
      switch (tensor.type()) {
        case F32 -> chunk.putFloat(value);
        case F16 -> chunk.putShort(Float.floatToFloat16(value));
      }
    }
    writeFully(channel, chunk.flip());
  }

  private static void align(FileChannel channel) throws IOException {
    writeFully(
        channel, ByteBuffer.allocate((int) (aligned(channel.position()) - channel.position())));
  }

  private static long aligned(long position) {
    return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void entry(String key, ValueType type) {
    string(key);
    integer(type.code);
    entries++;
  }

  private GgufFile array(String key, ValueType type, int size, IntConsumer element) {
    entry(key, ValueType.ARRAY);
    integer(type.code);
    metadata.writeBytes(buffer(8).putLong(size).array());
    for (int index = 0; index < size; index++) {
      element.accept(index);
    }
    return this;
  }

  private void string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    metadata.writeBytes(buffer(8).putLong(bytes.length).array());
    metadata.writeBytes(bytes);
  }

  private void integer(int value) {
    metadata.writeBytes(buffer(4).putInt(value).array());
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
