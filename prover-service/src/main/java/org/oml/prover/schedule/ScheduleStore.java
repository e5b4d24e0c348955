package org.oml.prover.schedule;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.prover.audit.AuditOrder;
import org.oml.prover.target.Dialect;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Schedules in the database. */
@Repository
class ScheduleStore {

  private final JdbcClient database;

  ScheduleStore(JdbcClient database) {
    this.database = database;
  }

  /**
   * Stores a schedule, in place of one for the same instance and endpoint.
   *
   * @return its identifier, which is that of the earlier one if there was one
   */
  UUID put(AuditSchedule schedule, Dialect dialect, int requestsPerMinute) {
    Duration meanGap = schedule.times().meanGap();
    return database
        .sql(
            """
            insert into audit_schedule (schedule_id, instance_id, endpoint, dialect, requests_per_minute, keys, covers,
              mean_gap_seconds, cron, zone, keys_per_day, quiet_from, quiet_until, created_by, next_at, of_host)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (instance_id, endpoint) do update set dialect = excluded.dialect,
              requests_per_minute = excluded.requests_per_minute, keys = excluded.keys, covers = excluded.covers,
              mean_gap_seconds = excluded.mean_gap_seconds, cron = excluded.cron, zone = excluded.zone,
              keys_per_day = excluded.keys_per_day, quiet_from = excluded.quiet_from,
              quiet_until = excluded.quiet_until, created_by = excluded.created_by, next_at = excluded.next_at,
              of_host = excluded.of_host
            returning schedule_id
            """)
        .params(
            Arrays.asList(
                schedule.scheduleId(),
                schedule.order().instanceId().toBytes(),
                schedule.order().endpoint(),
                dialect.name(),
                requestsPerMinute,
                schedule.order().keys(),
                schedule.order().covers(),
                meanGap == null ? null : meanGap.toSeconds(),
                schedule.times().cron(),
                schedule.times().zone().getId(),
                schedule.keysPerDay(),
                schedule.times().quietFrom(),
                schedule.times().quietUntil(),
                schedule.createdBy().toBytes(),
                Timestamp.from(schedule.nextAt()),
                Boolean.TRUE.equals(schedule.order().ofHost())))
        .query(UUID.class)
        .single();
  }

  Optional<AuditSchedule> find(UUID scheduleId) {
    return database
        .sql("select * from audit_schedule where schedule_id = ?")
        .param(scheduleId)
        .query(ScheduleStore::read)
        .optional();
  }

  List<AuditSchedule> all() {
    return database
        .sql("select * from audit_schedule order by next_at, schedule_id")
        .query(ScheduleStore::read)
        .list();
  }

  boolean remove(UUID scheduleId) {
    return database
            .sql("delete from audit_schedule where schedule_id = ?")
            .param(scheduleId)
            .update()
        > 0;
  }

  /** Records what came of a time, and when the next one is. */
  void ran(UUID scheduleId, @Nullable UUID auditId, String outcome, Instant nextAt) {
    database
        .sql(
            """
            update audit_schedule set last_audit = coalesce(?, last_audit), last_outcome = ?, last_at = now(), next_at = ?
            where schedule_id = ?
            """)
        .params(Arrays.asList(auditId, outcome, Timestamp.from(nextAt), scheduleId))
        .update();
  }

  private static AuditSchedule read(ResultSet row, int number) throws SQLException {
    Long gap = row.getObject("mean_gap_seconds", Long.class);
    OffsetDateTime lastAt = row.getObject("last_at", OffsetDateTime.class);
    return new AuditSchedule(
        row.getObject("schedule_id", UUID.class),
        new AuditOrder(
            Bytes32.of(row.getBytes("instance_id")),
            row.getString("endpoint"),
            row.getInt("keys"),
            row.getInt("covers"),
            null,
            Dialect.valueOf(row.getString("dialect")),
            row.getInt("requests_per_minute"),
            row.getBoolean("of_host")),
        new ScheduleTimes(
            gap == null ? null : Duration.ofSeconds(gap),
            row.getString("cron"),
            ZoneId.of(row.getString("zone")),
            row.getObject("quiet_from", LocalTime.class),
            row.getObject("quiet_until", LocalTime.class)),
        row.getInt("keys_per_day"),
        Address.of(row.getBytes("created_by")),
        row.getObject("last_audit", UUID.class),
        row.getString("last_outcome"),
        lastAt == null ? null : lastAt.toInstant(),
        row.getObject("next_at", OffsetDateTime.class).toInstant());
  }
}
