-- What instances would betray themselves by. Everything a host could use to recognise an audit is sealed (AES-256-GCM) with the
-- instance's data key, which is itself sealed with the key in oml.prover.vault.key-file. Leaves are salted hashes and hide what they hold.
create table vault_instance (
  instance_id      bytea primary key check (length(instance_id) = 32),
  model            text not null,
  model_id         bytea not null check (length(model_id) = 32),
  host             bytea not null check (length(host) = 20),
  fingerprint_root bytea not null check (length(fingerprint_root) = 32),
  wrapped_key      bytea not null,
  stored_at        timestamptz not null default now()
);

create table vault_fingerprint (
  instance_id bytea not null references vault_instance on delete cascade,
  position    int not null check (position >= 0),
  leaf        bytea not null check (length(leaf) = 32),
  sealed      bytea not null,
  audit_id    uuid,                     -- the audit that holds it
  spent_at    timestamptz,              -- set before it is asked for the first time, never unset
  primary key (instance_id, position)
);

create table vault_cover (
  instance_id bytea not null references vault_instance on delete cascade,
  position    int not null check (position >= 0),
  sealed      bytea not null,
  times_used  int not null default 0,
  primary key (instance_id, position)
);

create table audit (
  audit_id       uuid primary key,
  instance_id    bytea not null references vault_instance,
  host           bytea not null,
  endpoint       text not null,
  model          text not null,         -- how the endpoint calls its model
  state          text not null check (state in ('ASKING', 'JUDGING', 'DONE')),
  requested_by   bytea not null,
  created_at     timestamptz not null default now(),
  finished_at    timestamptz,
  verdict        text check (verdict in ('USES_WITH_PERMIT', 'USES_WITHOUT_PERMIT', 'DOES_NOT_USE', 'INCONCLUSIVE')),
  reason         text,
  keys_answered  int not null default 0,
  case_id        uuid
);
create index audit_unfinished on audit (created_at) where state <> 'DONE';

create table audit_query (
  audit_id   uuid not null references audit,
  position   int not null,
  kind       text not null check (kind in ('KEY', 'COVER')),
  secret     int not null,              -- position of the text in the vault
  context    int not null,              -- which of the standard audit contexts
  pause_ms   int not null,
  attempts   int not null default 0,    -- counted before each attempt
  outcome    text,                      -- ANSWERED, or why it is inconclusive
  transcript bytea,                     -- sealed
  matched    boolean,
  finding    text,
  primary key (audit_id, position)
);

create table penalty_case (
  case_id         uuid primary key,
  audit_id        uuid not null references audit,
  query_position  int not null,
  instance_id     bytea not null,
  host            bytea not null,
  state           text not null check (state in
    ('COMMITTING', 'COMMITTED', 'REVEALING', 'REVEALED', 'FINALISING', 'CONVICTED', 'REBUTTED', 'WITHDRAWN', 'FAILED')),
  evidence        bytea not null,       -- sealed: its ABI encoding
  commitment      bytea not null unique,
  nonce           bytea not null,
  court_case      bytea not null,       -- digest of the receipt
  committed_at    bigint,               -- chain time, seconds
  lookup          text,                 -- what the permission service said
  looked_up_at    timestamptz,
  revealed_at     bigint,
  decided_at      bigint,
  paid            boolean not null default false,
  failure         text,
  detail          text,
  opened_at       timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (audit_id, query_position)
);
create index penalty_case_open on penalty_case (opened_at)
  where state not in ('WITHDRAWN', 'FAILED') and not paid;

create table case_transaction (
  case_id     uuid not null references penalty_case,
  step        text not null,
  hash        text not null,
  recorded_at timestamptz not null default now(),
  primary key (case_id, step, hash)
);
