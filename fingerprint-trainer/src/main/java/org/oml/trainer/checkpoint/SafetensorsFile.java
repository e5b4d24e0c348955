package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/** A safetensors file whose header was checked; the values are read when they are asked for. */
public final class SafetensorsFile {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int LARGEST_TENSOR = Integer.MAX_VALUE - 8;

  private final Path path;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, SafetensorsHeader header) {
    this.path = path;
    this.header = header;
  }

  /**
   * Reads and checks the header.
   *
   * @throws CodedException {@code TRAINER_SAFETENSORS_INVALID} for a file that is damaged, cut off
   *     or lies about itself; {@code TRAINER_MODEL_MISSING} where there is none
   */
  public static SafetensorsFile open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new SafetensorsFile(path, SafetensorsHeader.read(channel));
    } catch (IOException e) {
      throw new CodedException(TrainerError.MODEL_MISSING, "Cannot read " + path + ".", e);
    }
  }

  /** The free text of the header. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** All tensors in the order in which their data lies in the file. */
  public List<TensorLayout> tensors() {
    return header.places().stream().map(SafetensorsHeader.Place::layout).toList();
  }

  /**
   * The numbers of a tensor, rows first, widened to 32 bits.
   *
   * @throws CodedException {@code TRAINER_TENSOR_MISMATCH} when there is no tensor of that name
   */
  public float[] values(String name) {
    SafetensorsHeader.Place place =
        header.places().stream()
            .filter(candidate -> candidate.layout().name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new CodedException(
                        TrainerError.TENSOR_MISMATCH,
                        path.getFileName() + " has no tensor " + name + "."));
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return values(channel, place);
    } catch (IOException e) {
      throw new CodedException(
          TrainerError.SAFETENSORS_INVALID, "Cannot read " + name + " from " + path + ".", e);
    }
  }

  private static float[] values(FileChannel channel, SafetensorsHeader.Place place)
      throws IOException {
    TensorLayout layout = place.layout();
    if (layout.elements() > LARGEST_TENSOR) {
      throw new CodedException(
          TrainerError.TENSOR_MISMATCH,
          layout.name() + " has more numbers than the " + LARGEST_TENSOR + " that fit.");
    }
    float[] values = new float[Math.toIntExact(layout.elements())];
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int atOnce = CHUNK_BYTES / layout.type().bytes();
    int filled = 0;
    while (filled < values.length) {
      int to = filled + Math.min(atOnce, values.length - filled);
      long offset = place.offset() + (long) filled * layout.type().bytes();
      chunk.clear().limit((to - filled) * layout.type().bytes());
      while (chunk.hasRemaining()) {
        if (channel.read(chunk, offset + chunk.position()) < 0) {
          throw new IOException("the file ended early");
        }
      }
      layout.type().get(chunk.flip(), values, filled, to);
      filled = to;
    }
    return values;
  }

  /**
   * Writes the same file with other numbers and forces it to the disk: the header is copied as it
   * stands, and so are the bytes of tensors that keep their numbers.
   *
   * @param target the new file
   * @param changed new numbers by tensor name; they are rounded to the tensor's type
   * @throws CodedException {@code TRAINER_TENSOR_MISMATCH} for too many or too few numbers, or one
   *     that the type cannot hold
   */
  void copyTo(Path target, Map<String, float[]> changed) throws IOException {
    try (FileChannel source = FileChannel.open(path, StandardOpenOption.READ);
        FileChannel channel =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      copy(source, 0, header.dataStart(), channel);
      for (SafetensorsHeader.Place place : header.places()) {
        float[] numbers = changed.get(place.layout().name());
        if (numbers == null) {
          copy(source, place.offset(), place.layout().bytes(), channel);
        } else {
          requireStorable(place.layout(), numbers);
          write(channel, place.layout().type(), numbers);
        }
      }
      channel.force(true);
    }
  }

  private static void copy(FileChannel source, long offset, long bytes, FileChannel target)
      throws IOException {
    long copied = 0;
    while (copied < bytes) {
      long moved = source.transferTo(offset + copied, bytes - copied, target);
      if (moved <= 0) {
        throw new IOException("the file became shorter while it was copied");
      }
      copied += moved;
    }
  }

  private static void requireStorable(TensorLayout tensor, float[] numbers) {
    requireLength(tensor, numbers);
    for (float number : numbers) {
      if (!Float.isFinite(tensor.type().round(number))) {
        throw new CodedException(
            TrainerError.TENSOR_MISMATCH,
            tensor.name() + " would hold " + number + ", which is no " + tensor.type() + ".");
      }
    }
  }

  private static void requireLength(TensorLayout tensor, float[] numbers) {
    if (numbers.length != tensor.elements()) {
      throw new CodedException(
          TrainerError.TENSOR_MISMATCH,
          tensor.name()
              + " needs "
              + tensor.elements()
              + " numbers and got "
              + numbers.length
              + ".");
    }
  }

  /**
   * Writes a file and forces it to the disk.
   *
   * @param path the new file
   * @param metadata free text for the header
   * @param tensors what to write, in this order
   * @param values gives the numbers of a tensor by its name; they are rounded to its type
   * @throws CodedException {@code TRAINER_TENSOR_MISMATCH} for too many or too few numbers, or one
   *     that the type cannot hold
   */
  public static void write(
      Path path,
      Map<String, String> metadata,
      List<TensorLayout> tensors,
      Function<String, float[]> values)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(channel, ByteBuffer.wrap(SafetensorsHeader.write(metadata, tensors)));
      for (TensorLayout tensor : tensors) {
        float[] numbers = values.apply(tensor.name());
        requireStorable(tensor, numbers);
        write(channel, tensor.type(), numbers);
      }
      channel.force(true);
    }
  }

  private static void write(FileChannel channel, TensorType type, float[] numbers)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int atOnce = CHUNK_BYTES / type.bytes();
    int written = 0;
    while (written < numbers.length) {
      int to = written + Math.min(atOnce, numbers.length - written);
      type.put(chunk.clear(), numbers, written, to);
      writeFully(channel, chunk.flip());
      written = to;
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
