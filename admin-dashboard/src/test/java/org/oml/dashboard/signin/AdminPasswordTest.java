package org.oml.dashboard.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.dashboard.DashboardError;
import org.oml.protocol.CodedException;

class AdminPasswordTest {

  @TempDir private Path directory;

  @Test
  void isTheLineInTheFile() throws IOException {
    AdminPassword password = AdminPassword.read(file("twelve chars\n"));

    assertThat(password.matches("twelve chars")).isTrue();
    assertThat(password.matches("twelve chars\n")).isFalse();
    assertThat(password.matches("twelve char")).isFalse();
    assertThat(password.matches("")).isFalse();
  }

  @Test
  void isTheSameHoweverAKeyboardComposesItsLetters() throws IOException {
    assertThat(AdminPassword.read(file("Gl\u00fcck im Haus")).matches("Glu\u0308ck im Haus"))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "eleven char", "two lines of it\nand another"})
  void isRefusedWhereAGuessWouldDo(String text) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> AdminPassword.read(file))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(DashboardError.PASSWORD_INVALID);
              if (text.length() > 2) {
                assertThat(e.getMessage()).doesNotContain(text.lines().toList().getFirst());
              }
            });
  }

  @Test
  void isRefusedWithoutTheFile() {
    assertThatThrownBy(() -> AdminPassword.read(directory.resolve("none")))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(DashboardError.PASSWORD_INVALID));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("password"), text);
  }
}
