-- Whether whoever ordered the audit says that the endpoint is the host's own. A copy elsewhere answers without receipts too.
alter table audit add column of_host boolean not null default false;
alter table audit_schedule add column of_host boolean not null default false;

-- A plan of a case N or T that this prover brings. It stands here before it is committed to on chain; what the court has of it
-- is asked there each time.
create table panel_plan (
  plan_uuid   uuid primary key,
  kind        text not null check (kind in ('N', 'T')),
  instance_id bytea not null references vault_instance,
  host        bytea not null check (length(host) = 20),
  endpoint    text not null,
  dialect     text not null check (dialect in ('OPENAI', 'OLLAMA', 'TGI')),
  threshold   int not null check (threshold >= 0),
  covers      int[] not null,             -- positions in the vault
  nonce       bytea not null check (length(nonce) = 32),
  plan_id     bytea not null unique check (length(plan_id) = 32),
  state       text not null check (state in
    ('NONE', 'COMMITTED', 'OPENED', 'EXPIRED', 'ACQUITTED', 'CONVICTED', 'STOPPED', 'PAID')),   -- as it was last seen at the court
  finished    boolean not null default false,
  panel       bytea,                      -- the members' accounts, as they were drawn
  panel_block bigint,                     -- the newest block when that panel was first seen
  failure     text,
  detail      text,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
create index panel_plan_unfinished on panel_plan (created_at) where not finished;

create table panel_question (
  plan_uuid uuid not null references panel_plan,
  place     int not null check (place >= 0),
  secret    int not null check (secret >= 0),       -- position of the key in the vault
  weight    int not null check (weight between 1 and 65535),
  handed_at timestamptz,                            -- when a member was given the key, which is spent from then on
  answer    bytea,                                  -- sealed: what the member attested
  primary key (plan_uuid, place)
);

create table panel_transaction (
  plan_id     bytea not null,
  account     bytea not null,
  step        text not null,
  hash        text not null,
  recorded_at timestamptz not null default now(),
  primary key (plan_id, account, step, hash)
);

-- A panel of somebody's plan on which an account of this prover sits.
create table panel_seat (
  plan_id     bytea not null check (length(plan_id) = 32),
  account     bytea not null check (length(account) = 20),
  maker       text not null,                        -- where the plan's prover is
  place       int not null check (place >= 0),
  instance_id bytea not null check (length(instance_id) = 32),
  endpoint    text not null,
  dialect     text not null check (dialect in ('OPENAI', 'OLLAMA', 'TGI')),
  client      text not null,
  model       text,                                 -- how the endpoint calls its model, once it was asked
  state       text not null check (state in ('ASKING', 'COMMITTING', 'REVEALING', 'REVEALED', 'DONE', 'FAILED')),
  next_at     timestamptz not null,                 -- when it asks next
  delivered   boolean not null default false,       -- whether the plan's prover has the answers
  failure     text,
  detail      text,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  primary key (plan_id, account)
);

create table panel_ask (
  plan_id  bytea not null,
  account  bytea not null,
  position int not null,
  place    int,                                     -- of the question; none for a cover
  text     bytea not null,                          -- sealed
  context  int not null,
  pause_ms int not null,
  attempts int not null default 0,                  -- counted before each attempt
  outcome  text,                                    -- ANSWERED, or why not
  answer   bytea,                                   -- sealed: what this account attests
  primary key (plan_id, account, position),
  foreign key (plan_id, account) references panel_seat
);
