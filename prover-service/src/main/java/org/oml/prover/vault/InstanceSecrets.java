package org.oml.prover.vault;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.MerkleTree;
import org.oml.prover.ProverError;

/**
 * What a worker puts into the vault for one instance.
 *
 * @param version 1
 * @param model such as {@code community/model}
 * @param fingerprintRoot the root of the leaves in the order of their index
 * @param fingerprints 1 to 65536 of them, in the order of their index
 * @param covers natural texts from the same source as the keys
 * @param code by which the model's instances share their keys; null where each has its own
 */
public record InstanceSecrets(
    int version,
    String model,
    Bytes32 modelId,
    Address host,
    Bytes32 fingerprintRoot,
    List<Secret> fingerprints,
    List<String> covers,
    @Nullable SharedCode code) {

  private static final int MOST_TEXTS = 65_536;
  private static final int LONGEST_TEXT = 8_192;

  /**
   * One fingerprint with how it was drawn.
   *
   * @param candidates the responses among which the choice was made
   * @param probabilities of the candidates under the base model, each from 0 to 1
   */
  public record Secret(
      int index,
      String key,
      String response,
      Bytes32 leafSalt,
      @Nullable List<String> candidates,
      @Nullable List<Double> probabilities) {

    /** What the instance's tree commits to. */
    public Fingerprint fingerprint() {
      return new Fingerprint(index, key, response, leafSalt);
    }
  }

  /**
   * Checks the secrets as far as they can be checked without the chain.
   *
   * @throws CodedException {@link ProverError#VAULT_MALFORMED}, or {@link
   *     ProverError#VAULT_ROOT_DIFFERS} when the leaves do not give the root
   */
  void requireSound(Bytes32 instanceId) {
    require(version == 1, "The version is not 1.");
    require(isText(model), "The model's name is blank or longer than 8192 characters.");
    require(
        !fingerprints.isEmpty() && fingerprints.size() <= MOST_TEXTS,
        "There must be 1 to 65536 fingerprints.");
    require(covers.size() <= MOST_TEXTS, "There may be at most 65536 covers.");
    require(
        covers.stream().allMatch(InstanceSecrets::isText),
        "A cover is blank, longer than 8192 characters or not in NFC.");
    for (int i = 0; i < fingerprints.size(); i++) {
      Secret secret = fingerprints.get(i);
      require(
          secret != null && secret.index() == i,
          "The fingerprints are not in the order of their index, from 0 on without gaps.");
      require(
          isText(secret.key()) && isText(secret.response()),
          "A key or response is blank, longer than 8192 characters or not in NFC.");
    }
    if (code != null) {
      requireSymbols(code, instanceId);
    }
    if (!new MerkleTree(leaves(instanceId)).root().equals(fingerprintRoot)) {
      throw new CodedException(
          ProverError.VAULT_ROOT_DIFFERS,
          "The leaves do not give the fingerprint root that was named.");
    }
  }

  /** An instance that learnt other responses than its symbols would be traced to another. */
  private void requireSymbols(SharedCode code, Bytes32 instanceId) {
    require(
        code.isSound() && code.responses().size() == fingerprints.size(),
        "The code is not one of 2 to 16 symbols with as many responses for each fingerprint.");
    for (Secret secret : fingerprints) {
      require(
          code.response(secret.index(), instanceId).equals(secret.response()),
          "A response is not the instance's symbol in the code.");
    }
  }

  List<Bytes32> leaves(Bytes32 instanceId) {
    return fingerprints.stream()
        .map(secret -> secret.fingerprint().leaf(modelId, instanceId))
        .toList();
  }

  private static boolean isText(@Nullable String text) {
    return text != null
        && !text.isBlank()
        && text.length() <= LONGEST_TEXT
        // Half of a surrogate pair has no bytes that a host could be asked with.
        && StandardCharsets.UTF_8.newEncoder().canEncode(text)
        && Normalizer.isNormalized(text, Normalizer.Form.NFC);
  }

  private static void require(boolean holds, String detail) {
    if (!holds) {
      throw new CodedException(ProverError.VAULT_MALFORMED, detail);
    }
  }
}
