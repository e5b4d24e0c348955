package org.oml.contracts;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningDomain;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that there is to a case, in one file, so that anybody can check it against the chain without
 * this platform. Hashes and addresses are texts as in the API; protocol times are epoch seconds,
 * others RFC 3339.
 *
 * @param version 1
 * @param kind {@code R} or {@code E}
 * @param chainId decimal
 * @param prover whose account committed and revealed
 * @param courtCase the court's identifier of the case
 * @param receipts {@code omlr1.…}: one for a case R, two for a case E
 * @param exchange the question and the answer that the last receipt is for
 * @param opening of the fingerprint; null in a case E
 * @param lookups what the permission service said, in order
 * @param transactions of the case, in order
 */
public record CaseDossier(
    int version,
    String kind,
    String caseId,
    String chainId,
    String court,
    String prover,
    String modelId,
    String instanceId,
    String host,
    String courtCase,
    String commitment,
    String nonce,
    List<String> receipts,
    Exchange exchange,
    @Nullable Opening opening,
    List<Lookup> lookups,
    List<Sent> transactions,
    String exportedAt) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * A question and its answer.
   *
   * @param kind {@code CHAT} or {@code COMPLETION}
   * @param request the body that was sent
   * @param salt header {@code OML-Salt}
   * @param answer the model's text
   */
  public record Exchange(
      String kind,
      String request,
      String salt,
      String answer,
      @Nullable String permit,
      @Nullable String openingReceipt,
      long askedAt,
      long answeredAt) {}

  /**
   * What the instance's tree holds.
   *
   * @param leafProof siblings from the leaf to the fingerprint root
   * @param contextProof siblings from the context's leaf to the terms' context root
   */
  public record Opening(
      int index,
      String key,
      String response,
      String leafSalt,
      List<String> leafProof,
      List<String> contextProof) {}

  /**
   * An answer of the permission service.
   *
   * @param chainTime of the newest block then
   * @param result NONE, NOT_COVERING or FOUND
   */
  public record Lookup(String at, long chainTime, String result, List<String> permits) {}

  /**
   * A transaction.
   *
   * @param step such as REVEAL
   * @param blockNumber null if it is in no block
   * @param confirmations blocks from its own to the newest when this was exported
   */
  public record Sent(
      String step,
      String hash,
      @Nullable Long blockNumber,
      @Nullable String blockHash,
      long confirmations) {}

  /**
   * Reads a dossier.
   *
   * @throws IllegalArgumentException for what is none, with a sentence that says so
   */
  public static CaseDossier read(byte[] json) {
    try {
      CaseDossier dossier = JSON.readValue(json, CaseDossier.class);
      if (dossier == null || dossier.version() != 1) {
        throw new IllegalArgumentException("The file is no dossier of version 1.");
      }
      return dossier;
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The file is no dossier: it does not read as JSON.", e);
    }
  }

  /** As a file. */
  public byte[] write() {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
  }

  /**
   * One of its receipts.
   *
   * @throws CodedException if it is none
   */
  public SignedReceipt receipt(int index) {
    return SignedReceipt.parse(receipts.get(index));
  }

  /** The question as the receipt's hash sees it. */
  public CanonicalQuery query() {
    return CanonicalQuery.of(
        Kind.valueOf(exchange.kind()), exchange.request().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The fingerprint that is opened.
   *
   * @throws IllegalStateException in a case E
   */
  public Fingerprint fingerprint() {
    Opening opened = opened();
    return new Fingerprint(
        opened.index(), opened.key(), opened.response(), Bytes32.parse(opened.leafSalt()));
  }

  /** The commitment that follows from the rest. */
  public Bytes32 commitmentThatFollows(SigningDomain domain) {
    BigInteger chain = new BigInteger(chainId);
    Address before = Address.parse(court);
    Address by = Address.parse(prover);
    Bytes32 secret = Bytes32.parse(nonce);
    return kind.equals("E")
        ? doubleUse(domain).commitment(chain, before, by, secret)
        : evidence().commitment(chain, before, by, secret);
  }

  /** The court's identifier that follows from the receipts. */
  public Bytes32 courtCaseThatFollows(SigningDomain domain) {
    return kind.equals("E")
        ? doubleUse(domain).caseId()
        : CaseEvidence.caseId(receipt(0).receipt(), domain);
  }

  /** What the court took in a case R. */
  public CaseEvidence evidence() {
    SignedReceipt signed = receipt(0);
    return CaseEvidence.ofFingerprint(
        signed.receipt(),
        signed.signature(),
        fingerprint(),
        hashes(opened().leafProof()),
        Bytes32.parse(exchange.salt()),
        query().contextHash(),
        hashes(opened().contextProof()),
        exchange.answer());
  }

  /** What the court took in a case E. */
  public DoubleUseEvidence doubleUse(SigningDomain domain) {
    SignedReceipt first = receipt(0);
    SignedReceipt second = receipt(1);
    return DoubleUseEvidence.of(
        first.receipt(), first.signature(), second.receipt(), second.signature(), domain);
  }

  private Opening opened() {
    if (opening == null) {
      throw new IllegalStateException("a case E opens no fingerprint");
    }
    return opening;
  }

  private static List<Bytes32> hashes(List<String> texts) {
    return texts.stream().map(Bytes32::parse).toList();
  }
}
