package org.oml.cli.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.oml.cli.CliError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.protocol.Manifest;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;

class InstanceDownloadTest {

  private static final SigningDomain DOMAIN =
      new SigningDomain(BigInteger.valueOf(31337), SigningKey.random().address());
  private static final SigningKey PUBLISHER = SigningKey.random();

  private final Manifest unsigned =
      new Manifest(
          "community/model",
          Keccak.of("licence"),
          1,
          Optional.of(
              new Manifest.Instance(
                  Keccak.of("model"),
                  Keccak.of("base"),
                  Keccak.of("instance"),
                  Address.ZERO,
                  Keccak.of("root"),
                  64)),
          List.of());

  @Test
  void takesWhatThePublisherOfTheChainSigned() {
    Manifest signed = signed(unsigned, PUBLISHER);
    assertThatCode(() -> require(signed)).doesNotThrowAnyException();
  }

  @Test
  void refusesWhatNobodyOrAnotherSigned() {
    refused(unsigned, CliError.MANIFEST_UNSIGNED);
    refused(signed(unsigned, SigningKey.random()), CliError.MANIFEST_FOREIGN);
  }

  @Test
  void refusesASignatureOfAnotherManifestOrOfAnotherPlatform() {
    Manifest other =
        new Manifest(
            "community/other",
            unsigned.licenceHash(),
            unsigned.termsVersion(),
            unsigned.instance(),
            unsigned.files());
    var signature =
        signed(other, PUBLISHER).instance().orElseThrow().publisherSignature().orElseThrow();
    refused(unsigned.signed(signature), CliError.MANIFEST_FOREIGN);
    SigningDomain elsewhere = new SigningDomain(BigInteger.ONE, SigningKey.random().address());
    Manifest foreign =
        unsigned.signed(PUBLISHER.sign(unsigned.publication().orElseThrow().digest(elsewhere)));
    refused(foreign, CliError.MANIFEST_FOREIGN);
  }

  @Test
  void takesTheManifestThatTheChainHasAndNoOtherHashRootOrInstance() {
    Manifest signed = signed(unsigned, PUBLISHER);
    Bytes32 hash = signed.hash();
    Bytes32 root = Keccak.of("root");
    Bytes32 instance = Keccak.of("instance");
    assertThatCode(() -> InstanceDownload.requireOnChain(signed, instance, hash, root))
        .doesNotThrowAnyException();
    Bytes32 other = Keccak.of("other");
    refuses(() -> InstanceDownload.requireOnChain(signed, instance, other, root));
    refuses(() -> InstanceDownload.requireOnChain(signed, instance, hash, other));
    refuses(() -> InstanceDownload.requireOnChain(signed, other, hash, root));
  }

  private static void refuses(ThrowingCallable check) {
    assertThatThrownBy(check)
        .isInstanceOfSatisfying(
            CodedException.class,
            failure -> assertThat(failure.code()).isEqualTo(CliError.DOWNLOAD_DAMAGED));
  }

  private static Manifest signed(Manifest manifest, SigningKey key) {
    return manifest.signed(key.sign(manifest.publication().orElseThrow().digest(DOMAIN)));
  }

  private static void require(Manifest manifest) {
    InstanceDownload.requireSigned(manifest, DOMAIN, PUBLISHER.address());
  }

  private static void refused(Manifest manifest, CliError code) {
    assertThatThrownBy(() -> require(manifest))
        .isInstanceOfSatisfying(
            CodedException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
