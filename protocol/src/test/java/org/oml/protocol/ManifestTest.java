package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {

  @TempDir Path directory;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.createDirectories(directory.resolve("tokens"));
    Files.writeString(directory.resolve("model.safetensors"), "weights");
    Files.writeString(directory.resolve("config.json"), "{}");
    Files.writeString(directory.resolve("tokens/merges.txt"), "");
    Files.write(directory.resolve(Manifest.FILE_NAME), manifest().bytes());
  }

  @Test
  void readsWhatItWrites() throws IOException {
    Manifest base = manifest();
    assertThat(Manifest.parse(base.bytes())).isEqualTo(base);
    assertThat(base.files())
        .extracting(ManifestFile::path)
        .containsExactly("config.json", "model.safetensors", "tokens/merges.txt");
    Manifest.Instance part =
        new Manifest.Instance(
            Vectors.some("m"),
            base.hash(),
            Vectors.some("i"),
            Vectors.KEY.address(),
            Vectors.some("r"),
            64);
    Manifest instance =
        new Manifest(base.model(), base.licenceHash(), 1, Optional.of(part), base.files());
    assertThat(Manifest.parse(instance.bytes())).isEqualTo(instance);
    assertThat(instance.hash()).isNotEqualTo(base.hash());
  }

  @Test
  void aPublishersSignatureStandsInItAndChangesNoHash() throws IOException {
    Manifest base = manifest();
    Manifest.Instance part =
        new Manifest.Instance(
            Vectors.some("m"), base.hash(), Vectors.some("i"), Address.ZERO, Vectors.some("r"), 64);
    Manifest instance =
        new Manifest(base.model(), base.licenceHash(), 1, Optional.of(part), base.files());
    PublishedManifest publication = instance.publication().orElseThrow();
    Signature signature = Vectors.KEY.sign(publication.digest(Vectors.DOMAIN));
    Manifest signed = instance.signed(signature);

    assertThat(signed).isNotEqualTo(instance);
    assertThat(signed.hash()).isEqualTo(instance.hash());
    assertThat(signed.publication()).contains(publication);
    Manifest read = Manifest.parse(signed.bytes());
    assertThat(read).isEqualTo(signed);
    assertThat(read.instance().flatMap(Manifest.Instance::publisherSignature)).contains(signature);
    assertThat(publication.signer(Vectors.DOMAIN, signature)).isEqualTo(Vectors.KEY.address());
    assertThat(base.publication()).isEmpty();
    String text = base.toString();
    refused(
        () ->
            Manifest.parse(
                text.replace(
                        "\"termsVersion\"",
                        "\"publisherSignature\":\"" + signature + "\",\"termsVersion\"")
                    .getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void holdsForItsDirectoryUntilAFileChanges() throws IOException {
    Manifest manifest = manifest();
    manifest.requireDirectory(directory);
    Files.writeString(directory.resolve("more.txt"), "x");
    refused(() -> manifest.requireDirectory(directory)).hasMessageContaining("does not name");
    Files.delete(directory.resolve("more.txt"));
    Files.writeString(directory.resolve("model.safetensors"), "weighty");
    refused(() -> manifest.requireDirectory(directory)).hasMessageContaining("model.safetensors");
    Files.delete(directory.resolve("model.safetensors"));
    refused(() -> manifest.requireDirectory(directory)).hasMessageContaining("model.safetensors");
  }

  @Test
  void refusesALink() throws IOException {
    Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/hostname"));
    refused(() -> ManifestFile.list(directory)).hasMessageContaining("link");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/a", "a/", "a//b", "../a", "a/../b", ".", "a b", "a\\b", "é", "oml.json"})
  void refusesAPathThatCouldMeanAnotherPlace(String path) {
    refused(() -> new ManifestFile(path, 1, Bytes32.ZERO));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":1|\"version\":2",
        "\"version\":1|\"version\":1,\"more\":1",
        "\"version\":1|\"version\": 1",
        "\"kind\":\"base\"|\"kind\":\"other\"",
        "\"kind\":\"base\"|\"kind\":\"instance\"",
        "\"size\":\"2\"|\"size\":\"02\"",
        "\"size\":\"2\"|\"size\":2",
        "\"size\":\"2\"|\"size\":\"-2\"",
        "\"termsVersion\":\"1\"|\"termsVersion\":\"0\"",
        "\"path\":\"config.json\"|\"path\":\"z.json\"",
        "community/model|model",
      })
  void refusesAnyOtherSpelling(String part, String other) throws IOException {
    String text = manifest().toString();
    assertThat(text).contains(part);
    byte[] bytes = text.replace(part, other).getBytes(StandardCharsets.UTF_8);
    refused(() -> Manifest.parse(bytes));
  }

  @Test
  void refusesWhatIsNoManifest() {
    for (String text : List.of("", "{", "[]", "{}", "null", "7")) {
      refused(() -> Manifest.parse(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private Manifest manifest() throws IOException {
    return new Manifest(
        "community/model",
        Vectors.some("licence"),
        1,
        Optional.empty(),
        ManifestFile.list(directory));
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(
      ThrowingCallable action) {
    return assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(ProtocolError.MANIFEST_INVALID));
  }
}
