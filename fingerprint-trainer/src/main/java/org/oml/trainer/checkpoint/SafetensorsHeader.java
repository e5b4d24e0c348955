package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The header of a safetensors file, believed only when every byte behind it is claimed exactly
 * once. Source: the format section of the safetensors README, with its limit of 100 MB for the
 * header.
 *
 * @param metadata the free text under {@code __metadata__}, in the order of the file
 * @param places where each tensor lies, counted from the first byte of the file, in the order of
 *     the data
 * @param dataStart where the header ends
 */
record SafetensorsHeader(Map<String, String> metadata, List<Place> places, long dataStart) {

  private static final long LARGEST = 100_000_000;
  private static final String METADATA = "__metadata__";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * @param layout the tensor
   * @param offset of its first byte in the file
   */
  record Place(TensorLayout layout, long offset) {}

  static SafetensorsHeader read(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw invalid("the file has " + size + " bytes, too few for a header");
    }
    long length = bytes(channel, 0, Long.BYTES).getLong();
    if (length < 2 || length > LARGEST || length > size - Long.BYTES) {
      throw invalid(
          "the header claims "
              + Long.toUnsignedString(length)
              + " bytes; the file has "
              + size
              + " and a header at most "
              + LARGEST);
    }
    String text =
        StandardCharsets.UTF_8.decode(bytes(channel, Long.BYTES, (int) length)).toString();
    if (text.charAt(0) != '{') {
      throw invalid("the header does not start with a brace");
    }
    try {
      return parse(JSON.readTree(text), Long.BYTES + length, size);
    } catch (JacksonException e) {
      throw invalid("the header is no JSON: " + e.getOriginalMessage());
    }
  }

  /**
   * The header as it stands in a file, length included, padded with spaces to a multiple of eight.
   */
  static byte[] write(Map<String, String> metadata, List<TensorLayout> tensors) {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode free = root.putObject(METADATA);
      metadata.forEach(free::put);
    }
    long offset = 0;
    for (TensorLayout tensor : tensors) {
      ObjectNode entry = root.putObject(tensor.name());
      entry.put("dtype", tensor.type().name());
      tensor.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(offset).add(offset + tensor.bytes());
      offset += tensor.bytes();
    }
    byte[] json = JSON.writeValueAsBytes(root);
    int length = Math.ceilDiv(json.length, Long.BYTES) * Long.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(json);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.array();
  }

  private static SafetensorsHeader parse(JsonNode root, long dataStart, long size) {
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Place> places = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (entry.getKey().equals(METADATA)) {
        entry
            .getValue()
            .properties()
            .forEach(e -> metadata.put(e.getKey(), e.getValue().asString()));
      } else {
        places.add(place(entry.getKey(), entry.getValue(), dataStart, size));
      }
    }
    places.sort(Comparator.comparingLong(Place::offset).thenComparingLong(p -> p.layout().bytes()));
    requireEveryByteOnce(places, dataStart, size);
    return new SafetensorsHeader(metadata, List.copyOf(places), dataStart);
  }

  private static Place place(String name, JsonNode entry, long dataStart, long size) {
    TensorLayout layout =
        new TensorLayout(name, type(name, entry.path("dtype")), shape(name, entry));
    JsonNode offsets = entry.path("data_offsets");
    long begin = natural(name, offsets.path(0));
    long end = natural(name, offsets.path(1));
    if (offsets.size() != 2 || begin > end || end > size - dataStart) {
      throw invalid("the offsets of " + name + " do not lie inside the file");
    }
    if (end - begin != sizeOf(layout)) {
      throw invalid(
          name
              + " has shape "
              + layout.shape()
              + " but "
              + (end - begin)
              + " bytes of "
              + layout.type());
    }
    return new Place(layout, dataStart + begin);
  }

  private static TensorType type(String name, JsonNode dtype) {
    for (TensorType type : TensorType.values()) {
      if (dtype.isString() && type.name().equals(dtype.asString())) {
        return type;
      }
    }
    throw invalid(name + " is of type " + dtype + "; known are " + List.of(TensorType.values()));
  }

  private static List<Long> shape(String name, JsonNode entry) {
    JsonNode shape = entry.path("shape");
    if (!shape.isArray()) {
      throw invalid(name + " has no shape");
    }
    List<Long> lengths = new ArrayList<>();
    shape.forEach(length -> lengths.add(natural(name, length)));
    return lengths;
  }

  private static long sizeOf(TensorLayout layout) {
    try {
      return layout.bytes();
    } catch (ArithmeticException e) {
      throw invalid("the shape of " + layout.name() + " is larger than any file");
    }
  }

  private static long natural(String name, JsonNode number) {
    if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
      throw invalid(name + " has " + number + " where a natural number belongs");
    }
    return number.asLong();
  }

  private static void requireEveryByteOnce(List<Place> places, long dataStart, long size) {
    long reached = dataStart;
    for (Place place : places) {
      if (place.offset() != reached) {
        String problem =
            place.offset() < reached ? " overlaps the tensor before it" : " leaves a gap before it";
        throw invalid(place.layout().name() + problem);
      }
      reached += place.layout().bytes();
    }
    if (reached != size) {
      throw invalid((size - reached) + " bytes at the end of the file belong to no tensor");
    }
  }

  private static ByteBuffer bytes(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw invalid("the file became shorter while it was read");
      }
    }
    return bytes.flip();
  }

  private static CodedException invalid(String detail) {
    return new CodedException(
        TrainerError.SAFETENSORS_INVALID, "Not a safetensors file: " + detail + ".");
  }
}
