package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeystoreTest {

  @TempDir static Path written;
  @TempDir Path directory;
  private Path file;
  private Path password;

  @BeforeAll
  static void write() throws IOException {
    Keystore.write(Vectors.KEY, written.resolve("key.json"), written.resolve("key.password"));
  }

  @BeforeEach
  void copy() throws IOException {
    file = directory.resolve("key.json");
    password = directory.resolve("key.password");
    Files.copy(written.resolve("key.json"), file, StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(written.resolve("key.password"), password, StandardCopyOption.COPY_ATTRIBUTES);
  }

  @Test
  void opensWhatItWrote() {
    assertThat(Keystore.load(file, password).secret()).isEqualTo(Vectors.KEY.secret());
  }

  @Test
  void opensWhatAnotherImplementationWrote() throws IOException {
    // Made with OpenSSL's scrypt and AES-128-CTR; the secret is keccak("an example of a key").
    Files.writeString(password, "correct horse\n");
    Files.writeString(
        file,
        """
        {"crypto": {"cipher": "aes-128-ctr",
          "cipherparams": {"iv": "101112131415161718191a1b1c1d1e1f"},
          "ciphertext": "1f676b177081c63b6193c10c920326720a84e692682f06b1f81a73ad6b75744f",
          "kdf": "scrypt",
          "kdfparams": {"dklen": 32, "n": 4096, "p": 2, "r": 8,
            "salt": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"},
          "mac": "18887bf78886e1df285eafbdf426b3991664d456ab5cda011e7739615c9e4a32"},
         "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6", "version": 3}""");
    assertThat(Keystore.load(file, password).secret()).isEqualTo(Keccak.of("an example of a key"));
  }

  @Test
  void bothFilesAreTheirOwnersAlone() throws IOException {
    for (Path path : new Path[] {file, password}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw-------");
    }
    assertThat(Files.readString(file))
        .doesNotContain(Vectors.KEY.secret().toString().substring(2))
        .doesNotContain(Files.readString(password));
  }

  @Test
  void neverWritesOverAKey() {
    assertThatThrownBy(() -> Keystore.write(Vectors.key("other"), file, password))
        .isInstanceOf(IOException.class);
    assertThat(Keystore.load(file, password).address()).isEqualTo(Vectors.KEY.address());
  }

  @Test
  void aWrongPasswordIsRefusedWithoutShowingIt() throws IOException {
    Files.writeString(password, "wrong-password");
    refused().hasMessageNotContaining("wrong-password").hasMessageContaining("key.password");
  }

  @Test
  void aMissingFileIsRefused() throws IOException {
    Files.delete(password);
    refused();
  }

  @ParameterizedTest
  @CsvSource({
    "scrypt,pbkdf2",
    "aes-128-ctr,aes-128-cbc",
    "32768,3",
    "32768,1073741824",
    "\"r\" : 8,\"r\" : 1000000",
    "\"version\" : 3,\"version\" : 1",
    "\"mac\",\"mic\"",
    "\"salt\" : \",\"salt\" : \"zz",
    "{,[",
  })
  void anotherFormIsRefused(String part, String other) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(part);
    Files.writeString(file, text.replace(part, other));
    refused();
  }

  private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused() {
    return assertThatThrownBy(() -> Keystore.load(file, password))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(ProtocolError.KEYSTORE_INVALID));
  }
}
