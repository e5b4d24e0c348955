package org.oml.prover.panel;

import java.util.List;
import org.oml.contracts.HitThresholds;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Takes hosts to a panel that serve without receipts: audits found enough keys answered as the
 * instance was taught, and so large a part of them without a receipt as the court asks of a panel.
 */
@Component
final class MissingReceipts {

  private static final Logger LOG = LoggerFactory.getLogger(MissingReceipts.class);

  private final JdbcClient database;
  private final PlanMaker maker;
  private final PanelChain chain;
  private final PanelSettings settings;

  MissingReceipts(JdbcClient database, PlanMaker maker, PanelChain chain, PanelSettings settings) {
    this.database = database;
    this.maker = maker;
    this.chain = chain;
    this.settings = settings;
  }

  /**
   * @param missing keys that were answered without a receipt, of
   * @param matched so many that were answered as the instance was taught
   */
  private record Suspicion(Bytes32 instanceId, String endpoint, int missing, int matched) {}

  /** Makes a plan for each host that has earned one. */
  void look() {
    if (settings.missingAnswers() == 0) {
      return;
    }
    List<Suspicion> found = found();
    if (found.isEmpty() || !chain.hasProvers()) {
      return;
    }
    for (Suspicion suspicion : found) {
      try {
        if (convinces(suspicion)) {
          maker.open(PlanOrder.ofHost(suspicion.instanceId(), suspicion.endpoint()));
        }
      } catch (CodedException e) {
        if (e.code() == ProverError.CHAIN_UNAVAILABLE) {
          throw e;
        }
        LOG.info("No panel for {}: {}", suspicion.instanceId(), e.getMessage());
      }
    }
  }

  /** The part of its questions that a panel of this size must have answered so. */
  private boolean convinces(Suspicion suspicion) {
    int asked =
        Math.min(
            settings.questionsPerMember() * chain.rules().panelSize(), HitThresholds.MAXIMUM_ASKED);
    int needed = HitThresholds.leastHits(asked).orElse(asked);
    return (long) suspicion.missing() * asked >= (long) suspicion.matched() * needed;
  }

  /** Audits count once: those before an instance's last plan have led to it. */
  private List<Suspicion> found() {
    return database
        .sql(
            """
            select a.instance_id, a.endpoint, count(*) filter (where q.finding = 'MISSING') as missing,
              count(*) as matched
            from audit a join audit_query q using (audit_id)
            where a.of_host and a.state = 'DONE' and a.dialect = 'OPENAI' and q.kind = 'KEY' and q.matched
              and a.finished_at > now() - make_interval(secs => ?)
              and not exists (select from panel_plan p where p.instance_id = a.instance_id
                and (not p.finished or p.updated_at >= a.finished_at))
            group by a.instance_id, a.endpoint having count(*) filter (where q.finding = 'MISSING') >= ?
            """)
        .params(settings.missingWithin().toSeconds(), settings.missingAnswers())
        .query(
            (row, number) ->
                new Suspicion(
                    Bytes32.of(row.getBytes("instance_id")),
                    row.getString("endpoint"),
                    row.getInt("missing"),
                    row.getInt("matched")))
        .list();
  }
}
