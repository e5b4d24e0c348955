package org.oml.prover.evidence;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.oml.protocol.Equivocation;
import org.oml.protocol.Receipt;
import org.oml.protocol.SignedReceipt;
import org.oml.prover.evidence.CaseStore.Origin;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Transcript;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Remembers which receipt named which permit, of all audits, and opens a case E when two receipts
 * that name the same cannot both be true.
 */
@Component
public final class NamedPermits {

  private final JdbcClient database;
  private final Cases cases;
  private final ChainRecords chain;

  NamedPermits(JdbcClient database, Cases cases, ChainRecords chain) {
    this.database = database;
    this.cases = cases;
    this.chain = chain;
  }

  /**
   * Takes note of an answer whose receipt binds the gateway. Nothing happens if it names no permit.
   *
   * @return the case that came of it, if one did
   */
  public Optional<UUID> see(
      UUID auditId, int queryPosition, PublishedInstance instance, Transcript transcript) {
    if (transcript.receipt() == null) {
      return Optional.empty();
    }
    SignedReceipt signed = SignedReceipt.parse(transcript.receipt());
    if (signed.receipt().permitHash().isZero()) {
      return Optional.empty();
    }
    List<String> others = othersWithItsPermit(signed);
    remember(auditId, queryPosition, signed, transcript.receipt());
    for (String other : others) {
      if (Equivocation.isShownBy(SignedReceipt.parse(other), signed, chain.domain())) {
        return cases.openDoubleUse(
            new Origin(auditId, queryPosition, instance),
            new DoubleUse(1, other, transcript.receipt()),
            transcript);
      }
    }
    return Optional.empty();
  }

  private List<String> othersWithItsPermit(SignedReceipt signed) {
    return database
        .sql("select distinct receipt from named_permit where permit_hash = ? and receipt <> ?")
        .params(signed.receipt().permitHash().toBytes(), signed.encode())
        .query((row, number) -> row.getString("receipt"))
        .list();
  }

  private void remember(UUID auditId, int queryPosition, SignedReceipt signed, String text) {
    Receipt receipt = signed.receipt();
    database
        .sql(
            """
            insert into named_permit (instance_id, permit_hash, answer, receipt, audit_id, position)
            values (?, ?, ?, ?, ?, ?) on conflict do nothing
            """)
        .params(
            receipt.instanceId().toBytes(),
            receipt.permitHash().toBytes(),
            receipt.opening().digest(chain.domain()).toBytes(),
            text,
            auditId,
            queryPosition)
        .update();
  }
}
