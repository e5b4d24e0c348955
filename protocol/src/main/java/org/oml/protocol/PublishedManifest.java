package org.oml.protocol;

/**
 * What the account that posts a model's instances signs of an instance's manifest, so that whoever
 * has the directory alone can tell who made it. Members and their order are those of {@code
 * docs/protocol.md}.
 *
 * @param manifestHash of the manifest without this signature
 */
public record PublishedManifest(Bytes32 modelId, Bytes32 instanceId, Bytes32 manifestHash)
    implements SignedStructure {

  private static final Bytes32 TYPE_HASH =
      Keccak.of("PublishedManifest(bytes32 modelId,bytes32 instanceId,bytes32 manifestHash)");

  @Override
  public Bytes32 structHash() {
    return new StructEncoder(TYPE_HASH).add(modelId).add(instanceId).add(manifestHash).hash();
  }
}
