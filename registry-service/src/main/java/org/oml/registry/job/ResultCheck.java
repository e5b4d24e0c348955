package org.oml.registry.job;

import java.util.Objects;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.blob.StoredFile;
import org.oml.registry.catalogue.ChainView;
import org.oml.registry.catalogue.PublishedModel;
import org.oml.registry.catalogue.Terms;
import org.oml.registry.instance.Instance;
import org.oml.registry.instance.Instances;
import org.springframework.stereotype.Component;

/** Whether what a worker made is what the job asked for. */
@Component
final class ResultCheck {

  private static final double ALL_BPS = 10_000;

  private final Instances instances;
  private final ChainView chain;
  private final int fingerprints;

  ResultCheck(Instances instances, ChainView chain, RegistryProperties properties) {
    this.instances = instances;
    this.chain = chain;
    this.fingerprints = properties.fingerprints().count();
  }

  void require(
      PublishedModel model, Instance instance, Manifest made, Bytes32 root, JobCalls.Check check) {
    Manifest.Instance part = made.instance().orElseThrow(() -> differs("kind", "instance"));
    LicenceAcceptance licence = instance.licence();
    requireEqual("model", made.model(), model.name().toString());
    requireEqual("licenceHash", made.licenceHash(), licence.licenceHash());
    requireEqual("termsVersion", made.termsVersion(), licence.termsVersion());
    requireEqual("modelId", part.modelId(), licence.modelId());
    requireEqual("baseManifestHash", part.baseManifestHash(), licence.baseManifestHash());
    requireEqual("instanceId", part.instanceId(), instance.instanceId());
    requireEqual("host", part.host(), licence.host());
    requireEqual("fingerprintRoot", root, part.fingerprintRoot());
    requireEqual("fingerprintCount", part.fingerprintCount(), fingerprints);
    requireEqual("check.count", check.count(), fingerprints);
    if (part.publisherSignature().isPresent()) {
      throw differs("publisherSignature", "absent");
    }
    if (root.isZero()) {
      throw differs("fingerprintRoot", "other than zero");
    }
    requireFiles(instance, made);
    Terms terms = chain.terms(licence.modelId(), licence.termsVersion());
    requireSuccess(terms, check);
    requireUtility(terms, check);
  }

  private void requireFiles(Instance instance, Manifest made) {
    if (made.files().isEmpty()) {
      throw differs("files", "those of a model");
    }
    for (ManifestFile file : made.files()) {
      StoredFile stored = new StoredFile(file.sha256(), file.size());
      if (!instances.hasFile(instance.instanceId(), file.path(), stored)) {
        throw new CodedException(
            RegistryError.RESULT_DIFFERS,
            "The file " + file.path() + " was not uploaded as the manifest has it.");
      }
    }
  }

  private static void requireSuccess(Terms terms, JobCalls.Check check) {
    int minimum = terms.minimumSuccessBps();
    boolean enough = check.success() * ALL_BPS >= minimum && check.success() <= 1;
    if (!enough) {
      throw new CodedException(
          RegistryError.RESULT_TOO_WEAK,
          "The share that fires is "
              + check.success()
              + ", the terms ask for "
              + minimum / ALL_BPS
              + ".");
    }
  }

  private static void requireUtility(Terms terms, JobCalls.Check check) {
    Double increase = check.lossIncrease();
    if (increase == null || !(increase <= terms.largestLossIncrease())) {
      throw new CodedException(
          RegistryError.RESULT_TOO_COSTLY,
          "The loss rose by "
              + increase
              + ", the terms allow "
              + terms.largestLossIncrease()
              + ".");
    }
  }

  private static void requireEqual(String member, Object found, Object expected) {
    if (!Objects.equals(found, expected)) {
      throw differs(member, expected);
    }
  }

  private static CodedException differs(String member, Object expected) {
    return new CodedException(
        RegistryError.RESULT_DIFFERS, "The member " + member + " is not " + expected + ".");
  }
}
