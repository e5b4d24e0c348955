package org.oml.platform.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {

  @TempDir private Path directory;

  @Test
  void drawsOnceAndForItsOwnerAlone() throws IOException {
    Path file = directory.resolve("secrets/one");

    String secret = SecretFile.readOrDraw(file);

    assertThat(secret).matches("[0-9a-f]{64}");
    assertThat(SecretFile.readOrDraw(file)).isEqualTo(secret);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void drawsPasswordsThatAPersonCanType() {
    String password = SecretFile.readOrDrawPassword(directory.resolve("password"));

    assertThat(password).matches("([a-km-np-z2-9]{5}-){4}[a-km-np-z2-9]{5}");
    assertThat(SecretFile.readOrDrawPassword(directory.resolve("other"))).isNotEqualTo(password);
  }
}
