-- Serials are drawn in blocks of 100; what a process does not use of its block stays a gap.
create sequence permit_serial increment by 100;

create table permit (
  query_hash    bytea  not null check (length(query_hash) = 32),
  host          bytea  not null check (length(host) = 20),
  model_id      bytea  not null check (length(model_id) = 32),
  instance_id   bytea  not null check (length(instance_id) = 32),
  terms_version bigint not null,
  serial        bigint not null,
  issued_at     bigint not null,
  expires_at    bigint not null,
  price         numeric(39) not null,
  signature     bytea  not null check (length(signature) = 65),
  primary key (query_hash, host),
  unique (serial)
);

comment on table permit is 'Each permit that was answered, as it was answered. Times are seconds since 1970.';

create table host_usage (
  host           bytea not null check (length(host) = 20),
  model_id       bytea not null check (length(model_id) = 32),
  permits        bigint not null default 0,
  charge         numeric(60) not null default 0,
  last_issued_at bigint not null default 0,
  primary key (host, model_id)
);

comment on table host_usage is 'Permits by host and model, counted in the transaction that records them. Who holds a row alone may spend its balance.';

-- What the chain said, event by event; a reorganisation deletes what it undid.
create table chain_fact (
  block     bigint not null,
  log_index bigint not null,
  fact      jsonb  not null,
  primary key (block, log_index)
);

-- One row that changes with the facts: every process looks here whether it has seen them all.
create table chain_fact_version (
  version bigint not null
);

insert into chain_fact_version values (0);
