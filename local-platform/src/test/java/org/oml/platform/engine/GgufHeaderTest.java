package org.oml.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;

class GgufHeaderTest {

  @TempDir Path directory;

  @Test
  void saysWhatTheEngineHasToKnow() throws IOException {
    Path file = directory.resolve("model.gguf");
    TinyGguf.write(file, "{{ messages }}");

    GgufHeader header = GgufHeader.read(file);

    assertThat(header.contextLength()).isEqualTo(TinyGguf.CONTEXT);
    assertThat(header.hasChatTemplate()).isTrue();
    assertThat(header.addsBeginning()).isTrue();
    assertThat(header.beginning()).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    refuses(new byte[0]);
    refuses(
        "version https://git-lfs.github.com/spec/v1"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    refuses(
        new byte[] {
          'G', 'G', 'U', 'F', 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        });
    byte[] claims = new byte[24];
    Arrays.fill(claims, (byte) 0x7f);
    System.arraycopy(new byte[] {'G', 'G', 'U', 'F', 3, 0, 0, 0}, 0, claims, 0, 8);
    refuses(claims);
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> GgufHeader.read(directory.resolve("missing.gguf")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(EngineError.MODEL_UNREADABLE));
  }

  @Test
  void refusesAHeaderThatIsCutOffAnywhere() throws IOException {
    Path file = directory.resolve("model.gguf");
    TinyGguf.write(file, "{{ messages }}");
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < 2000; length += 37) {
      refuses(Arrays.copyOf(whole, length));
    }
  }

  private void refuses(byte[] content) throws IOException {
    Path file = directory.resolve("broken.gguf");
    Files.write(file, content);
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> GgufHeader.read(file))
        .satisfies(e -> assertThat(e.code()).isEqualTo(EngineError.MODEL_UNREADABLE));
  }
}
