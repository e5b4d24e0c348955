package org.oml.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;

/** A search that finds nothing anywhere would please everybody. */
class PlatformSecretsTest {

  private final SigningKey key = SigningKey.random();
  private final Bytes32 token = SigningKey.random().secret();

  @TempDir private Path home;
  private PlatformSecrets secrets = new PlatformSecrets();

  @BeforeEach
  void plant() throws IOException {
    Path keys = Files.createDirectories(home.resolve("keys"));
    Keystore.write(key, keys.resolve("alice.json"), keys.resolve("alice.password"));
    Files.writeString(
        Files.createDirectories(home.resolve("secrets")).resolve("token.hex"),
        token.toString().substring(2));
    secrets = PlatformSecrets.of(home);
    secrets.add("fingerprint", "a key that nobody says by chance: naïve");
  }

  @Test
  void secretsAreFoundAsTheyAre() throws IOException {
    String password = Files.readString(home.resolve("keys/alice.password"));
    assertThat(secrets.shownBy("password=" + password)).containsExactly("keys/alice.password");
    assertThat(secrets.shownBy("asked a key that nobody says by chance: naïve, and left"))
        .containsExactly("fingerprint");
  }

  @Test
  void textsAreFoundAsTheyStandInJson() {
    secrets.add("quotation", "he said: \"never\"");
    assertThat(secrets.shownBy("{\"prompt\":\"he said: \\\"never\\\"\"}"))
        .containsExactly("quotation");
  }

  @Test
  void bytesAreFoundInHexadecimalDigitsOfAnyCase() {
    String digits = key.secret().toString();
    for (String shown :
        new String[] {digits, digits.substring(2), digits.toUpperCase(Locale.ROOT)}) {
      assertThat(secrets.shownBy("key " + shown)).containsExactly("private key of alice.json");
    }
    assertThat(secrets.shownBy(Hex.of("naïve".getBytes(StandardCharsets.UTF_8)))).isEmpty();
    assertThat(
            secrets.shownBy(
                Hex.of("a key that nobody says by chance: naïve".getBytes(StandardCharsets.UTF_8))))
        .containsExactly("fingerprint");
  }

  @Test
  void secretsAreFoundInBase64WhereverTheyBegin() {
    for (String before : new String[] {"", ":", "u:", "user:"}) {
      byte[] start = before.getBytes(StandardCharsets.UTF_8);
      byte[] header = new byte[start.length + 33];
      System.arraycopy(start, 0, header, 0, start.length);
      System.arraycopy(token.toBytes(), 0, header, start.length, 32);
      assertThat(secrets.shownBy("Basic " + Base64.getEncoder().encodeToString(header)))
          .containsExactly("secrets/token.hex");
      assertThat(secrets.shownBy("?t=" + Base64.getUrlEncoder().encodeToString(header)))
          .containsExactly("secrets/token.hex");
    }
  }

  @Test
  void signedTokensAreFoundThoughNobodyKeptThem() {
    assertThat(secrets.shownBy("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIweDEifQ.c2lnbmF0dXJl"))
        .containsExactly("a signed token");
  }

  @Test
  void whatIsPublicIsNoSecret() {
    assertThat(secrets.shownBy("from " + key.address() + ", in 16 ms")).isEmpty();
  }

  @Test
  void filesAreGoneThrough() throws IOException {
    Path logs = Files.createDirectories(home.resolve("logs/old"));
    Files.writeString(logs.resolve("service.log"), "token " + token);
    assertThat(secrets.shownByFiles(List.of(home.resolve("logs"))))
        .singleElement()
        .asString()
        .endsWith("service.log shows secrets/token.hex");
  }
}
