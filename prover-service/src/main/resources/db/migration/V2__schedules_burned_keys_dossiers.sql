-- A key that was asked anywhere is burned wherever it is: the tag (a keyed hash of the text) finds the same key in other instances.
-- Secrets that were stored before have none; they are found by their place alone.
alter table vault_fingerprint add column key_tag bytea check (length(key_tag) = 32);
create index vault_fingerprint_tag on vault_fingerprint (key_tag);
create index vault_fingerprint_spent on vault_fingerprint (instance_id, spent_at) where spent_at is not null;

-- How a target is spoken to, and how often at most.
alter table audit add column dialect text not null default 'OPENAI' check (dialect in ('OPENAI', 'OLLAMA', 'TGI'));
alter table audit add column requests_per_minute int not null default 600 check (requests_per_minute > 0);
alter table audit add column client text;             -- whose headers it borrows; chosen when it is planned
alter table audit add column receipts_missing int not null default 0;
alter table audit add column decided_after int;       -- answered keys that the verdict took
alter table audit drop constraint audit_verdict_check;
alter table audit add constraint audit_verdict_check
  check (verdict in ('USES_WITH_PERMIT', 'USES_WITHOUT_PERMIT', 'USES_WITHOUT_RECEIPT', 'DOES_NOT_USE', 'INCONCLUSIVE'));
create index audit_asking on audit (endpoint) where state = 'ASKING';
create index audit_by_instance on audit (instance_id, created_at);

create table audit_schedule (
  schedule_id         uuid primary key,
  instance_id         bytea not null references vault_instance on delete cascade,
  endpoint            text not null,
  dialect             text not null check (dialect in ('OPENAI', 'OLLAMA', 'TGI')),
  requests_per_minute int not null check (requests_per_minute > 0),
  keys                int not null,
  covers              int not null,
  mean_gap_seconds    bigint check (mean_gap_seconds > 0),   -- random times, or
  cron                text,                                  -- fixed ones
  zone                text not null,
  keys_per_day        int not null check (keys_per_day >= keys),
  quiet_from          time,
  quiet_until         time,
  created_by          bytea not null,
  created_at          timestamptz not null default now(),
  last_audit          uuid,
  last_outcome        text,              -- what came of the last time, in a sentence
  last_at             timestamptz,
  next_at             timestamptz not null,
  unique (instance_id, endpoint),
  check ((mean_gap_seconds is null) <> (cron is null)),
  check ((quiet_from is null) = (quiet_until is null))
);

-- What db-scheduler keeps: who carries out what, with the heartbeat that says that it still does.
create table scheduled_tasks (
  task_name            text not null,
  task_instance        text not null,
  task_data            bytea,
  execution_time       timestamptz not null,
  picked               boolean not null,
  picked_by            text,
  last_success         timestamptz,
  last_failure         timestamptz,
  consecutive_failures int,
  last_heartbeat       timestamptz,
  version              bigint not null,
  priority             smallint,
  primary key (task_name, task_instance)
);
create index scheduled_tasks_due on scheduled_tasks (priority desc, execution_time);
create index scheduled_tasks_heartbeat on scheduled_tasks (last_heartbeat);

-- Receipts that name a permit: two that contradict each other are a case E.
create table named_permit (
  instance_id bytea not null references vault_instance on delete cascade,
  permit_hash bytea not null check (length(permit_hash) = 32),
  answer      bytea not null check (length(answer) = 32),   -- digest of the receipt with response root 0
  receipt     text not null,
  audit_id    uuid not null references audit,
  position    int not null,
  primary key (permit_hash, answer, audit_id, position)
);

alter table penalty_case add column kind text not null default 'R' check (kind in ('R', 'E'));
alter table penalty_case add column transcript bytea;        -- sealed
alter table penalty_case add column given_up boolean not null default false;   -- what the court owes will not come by itself
drop index penalty_case_open;
create index penalty_case_open on penalty_case (opened_at) where state not in ('WITHDRAWN', 'FAILED') and not paid and not given_up;
alter table penalty_case drop constraint penalty_case_audit_id_query_position_key;
alter table penalty_case add constraint penalty_case_answer unique (audit_id, query_position, kind);

-- What the permission service said, each time that it was asked.
create table case_lookup (
  case_id      uuid not null references penalty_case,
  looked_up_at timestamptz not null default now(),
  chain_time   bigint not null,
  result       text not null,
  permits      text[] not null
);
