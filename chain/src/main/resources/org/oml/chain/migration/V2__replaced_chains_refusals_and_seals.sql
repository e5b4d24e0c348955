-- The chain that these tables are of: one that was started anew has another first block.
create table chain_network (
  chain_id     numeric(78) primary key,
  genesis_hash bytea       not null
);

alter table chain_intent
  -- The call is sealed with a key that the database does not have.
  add column sealed      boolean not null default false,
  -- How often the node refused it since it last took it, what it said, and when it is tried again.
  add column refusals    integer not null default 0,
  add column refusal     text,
  add column next_try_at timestamptz;

alter table chain_attempt
  add column sealed  boolean not null default false,
  -- Does nothing but use the nonce up, in place of a transaction that no node takes.
  add column cancels boolean not null default false;

-- Nonces are the lowest that no intent has: the row is the lock alone.
alter table chain_account drop column next_nonce;
