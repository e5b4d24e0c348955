package org.oml.registry.job;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.registry.instance.Progress;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How each training went. A point is kept when a five-hundredth of the time since the first one has
 * passed since the last, so that a week of training has few more than a day.
 */
@Component
final class TrainingHistory {

  private final JdbcClient database;

  TrainingHistory(JdbcClient database) {
    this.database = database;
  }

  /**
   * How far a training was.
   *
   * @param attempt which worker's, from 1 on
   * @param share of the step that was done, 0 to 1
   * @param loss of the training
   * @param learnt fingerprints that fire
   */
  record Point(
      Instant at,
      int attempt,
      @Nullable String step,
      @Nullable Double share,
      @Nullable Double loss,
      @Nullable Integer learnt) {}

  void note(UUID jobId, Progress progress) {
    if (progress.loss() == null && progress.learnt() == null) {
      return;
    }
    database
        .sql(
            """
            insert into job_progress (job_id, attempt, step, share, loss, learnt)
            select job_id, attempt, :step, :share, :loss, :learnt from job
            where job_id = :job and not exists (
              select from job_progress where job_id = :job and at > now() - greatest(interval '900 milliseconds',
                (now() - (select min(at) from job_progress where job_id = :job)) / 500))
            """)
        .param("job", jobId)
        .param("step", progress.step())
        .param("share", progress.share())
        .param("loss", progress.loss())
        .param("learnt", progress.learnt())
        .update();
  }

  /** The oldest first. */
  List<Point> of(UUID jobId) {
    return database
        .sql(
            "select at, attempt, step, share, loss, learnt from job_progress where job_id = :job"
                + " order by at")
        .param("job", jobId)
        .query(
            (row, number) ->
                new Point(
                    row.getObject("at", OffsetDateTime.class).toInstant(),
                    row.getInt("attempt"),
                    row.getString("step"),
                    row.getObject("share", Double.class),
                    row.getObject("loss", Double.class),
                    row.getObject("learnt", Integer.class)))
        .list();
  }
}
