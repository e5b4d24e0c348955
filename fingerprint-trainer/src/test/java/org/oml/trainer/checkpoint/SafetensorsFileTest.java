package org.oml.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

class SafetensorsFileTest {

  private static final String GOOD =
      "{'__metadata__':{'format':'pt'},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
          + "'b':{'dtype':'BF16','shape':[2,1],'data_offsets':[8,12]}}";

  private static final int MUTANTS = Boolean.getBoolean("oml.soak") ? 500_000 : 5_000;

  @TempDir Path directory;

  @Test
  void readsWhatItWroteInOrderWithNamesTypesAndFreeText() throws IOException {
    List<TensorLayout> layouts =
        List.of(
            new TensorLayout("z", TensorType.BF16, List.of(2L, 3L)),
            new TensorLayout("a", TensorType.F32, List.of(1L)),
            new TensorLayout("m", TensorType.F16, List.of(4L)));
    Map<String, float[]> values =
        Map.of(
            "z", new float[] {1, -2, 3, 0.5f, 0, 8}, "a", new float[] {1e-9f}, "m", new float[4]);
    Path file = directory.resolve("x.safetensors");
    SafetensorsFile.write(
        file,
        Map.of("format", "pt"),
        layouts,
        name -> Objects.requireNonNull(values.get(name), name));

    SafetensorsFile read = SafetensorsFile.open(file);

    assertThat(read.tensors()).isEqualTo(layouts);
    assertThat(read.metadata()).isEqualTo(Map.of("format", "pt"));
    values.forEach((name, expected) -> assertThat(read.values(name)).isEqualTo(expected));
    assertThat(
            ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8)
        .isZero();
  }

  @Test
  void readsTensorsThatAreLargerThanItsBuffer() throws IOException {
    float[] values = new float[700_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path file = directory.resolve("large.safetensors");
    TensorLayout layout = new TensorLayout("a", TensorType.F32, List.of((long) values.length));
    SafetensorsFile.write(file, Map.of(), List.of(layout), name -> values);
    assertThat(SafetensorsFile.open(file).values("a")).isEqualTo(values);
  }

  @Test
  void readsAHandWrittenFile() throws IOException {
    SafetensorsFile file = SafetensorsFile.open(file(GOOD, 12));
    assertThat(file.tensors()).extracting(TensorLayout::name).containsExactly("a", "b");
    assertThat(file.values("b")).hasSize(2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "overlapping offsets         | [8,12] | [4,8]",
        "a gap                       | [8,12] | [10,14]",
        "offsets outside the file    | [8,12] | [8,16]",
        "offsets that end first      | [8,12] | [12,8]",
        "a negative offset           | [8,12] | [-4,0]",
        "an offset beyond 64 bits    | [8,12] | [8,99999999999999999999]",
        "three offsets               | [8,12] | [8,12,16]",
        "offsets as text             | [8,12] | ['8','12']",
        "a shape that needs more     | [2,1]  | [2,2]",
        "a shape that overflows      | [2,1]  | [4294967296,4294967296]",
        "a shape that wraps to fit   | [2,1]  | [4611686018427387905,2]",
        "a negative shape            | [2,1]  | [-1,-2]",
        "a fractional shape          | [2,1]  | [2.0,1]",
        "no shape                    | 'shape':[2,1], | `",
        "an unknown type             | 'BF16' | 'I64'",
        "a type that is no text      | 'BF16' | 7",
        "the same name twice         | 'b':{  | 'a':{",
        "a tensor that is no object  | 'b':{  | 'b':[{",
        "an end that comes early     | [8,12]}} | [8,12]}",
        "more after the end          | [8,12]}} | [8,12]}}{}",
        "no brace at the start       | {'__metadata__' | ['__metadata__'",
      })
  void refuses(String what, String part, String replacement) throws IOException {
    String header = GOOD.replace(part, replacement == null ? "" : replacement);
    assertThat(header).isNotEqualTo(GOOD);
    assertRefused(file(header, 12));
  }

  @Test
  void refusesBytesThatBelongToNoTensor() throws IOException {
    assertRefused(file(GOOD, 16));
  }

  @Test
  void refusesAFileThatWasCutOffAnywhere() throws IOException {
    byte[] whole = Files.readAllBytes(file(GOOD, 12));
    for (int length = 0; length < whole.length; length++) {
      Path cut = directory.resolve("cut");
      Files.write(cut, java.util.Arrays.copyOf(whole, length));
      assertRefused(cut);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "4294967296", "-1", "-9223372036854775808", "100000001"})
  void refusesAHeaderLengthThatCannotBe(long length) throws IOException {
    Path file = file(GOOD, 12);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    Files.write(file, bytes);
    assertRefused(file);
  }

  @Test
  void refusesDamageOrReadsTheFileWhateverByteIsChanged() throws IOException {
    byte[] whole = Files.readAllBytes(file(GOOD, 12));
    Random random = new Random(7);
    for (int round = 0; round < MUTANTS; round++) {
      byte[] damaged = whole.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Path file = directory.resolve("damaged");
      Files.write(file, damaged);
      try {
        SafetensorsFile read = SafetensorsFile.open(file);
        for (TensorLayout tensor : read.tensors()) {
          assertThat(read.values(tensor.name())).hasSize((int) tensor.elements());
        }
      } catch (CodedException e) {
        assertThat(e.code()).isEqualTo(TrainerError.SAFETENSORS_INVALID);
      }
    }
  }

  @Test
  void namesTheTensorThatIsMissing() throws IOException {
    SafetensorsFile file = SafetensorsFile.open(file(GOOD, 12));
    assertThatThrownBy(() -> file.values("c"))
        .isInstanceOf(CodedException.class)
        .hasMessageContaining("has no tensor c")
        .extracting(e -> ((CodedException) e).code())
        .isEqualTo(TrainerError.TENSOR_MISMATCH);
  }

  @Test
  void saysWhereThereIsNoFile() {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> SafetensorsFile.open(directory.resolve("none")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.MODEL_MISSING));
  }

  private static void assertRefused(Path file) {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> SafetensorsFile.open(file))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.SAFETENSORS_INVALID));
  }

  private Path file(String header, int dataBytes) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    Path file = directory.resolve("file.safetensors");
    Files.write(file, bytes.array());
    return file;
  }
}
