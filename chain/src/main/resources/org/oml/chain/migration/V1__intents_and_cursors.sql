-- One row for each account that sends. Its row lock orders the senders that share the account.
create table chain_account (
  chain_id   numeric(78) not null,
  account    bytea       not null,
  next_nonce bigint      not null,
  primary key (chain_id, account)
);

create table chain_intent (
  id           bigint generated always as identity primary key,
  intent_key   text        not null unique,
  chain_id     numeric(78) not null,
  account      bytea       not null,
  recipient    bytea       not null,
  data         bytea       not null,
  purpose      text        not null,
  state        text        not null check (state in ('PREPARED', 'BROADCAST', 'MINED', 'FINAL', 'FAILED')),
  nonce        bigint,
  gas_limit    numeric(78),
  mined_hash   bytea,
  block_number bigint,
  block_hash   bytea,
  reverted     boolean     not null default false,
  failure      text,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  unique (chain_id, account, nonce)
);

create index chain_intent_open on chain_intent (chain_id, account, id) where state in ('PREPARED', 'BROADCAST', 'MINED');

-- Each signed transaction for an intent, all with its nonce: at most one of them can ever be mined.
create table chain_attempt (
  transaction_hash bytea       primary key,
  intent_id        bigint      not null references chain_intent (id),
  signed           bytea       not null,
  max_fee          numeric(78) not null,
  priority_fee     numeric(78) not null,
  created_at       timestamptz not null,
  sent_at          timestamptz
);

create index chain_attempt_intent on chain_attempt (intent_id);

create table chain_cursor (
  reader       text   primary key,
  block_number bigint not null,
  block_hash   bytea  not null
);

-- The blocks that a reader has read of late, to find where a reorganisation left its chain.
create table chain_block (
  reader       text   not null references chain_cursor (reader),
  block_number bigint not null,
  block_hash   bytea  not null,
  primary key (reader, block_number)
);
