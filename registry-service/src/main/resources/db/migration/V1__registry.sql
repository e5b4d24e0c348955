-- A base model, published by its owner. Licence and manifest are the bytes whose hashes are on chain.
create table model (
  model_id bytea primary key,
  name text not null unique,
  owner bytea not null,
  licence text not null,
  licence_hash bytea not null,
  manifest bytea not null,
  base_manifest_hash bytea not null,
  published_at timestamptz not null default now()
);

-- What was uploaded for a model, published or not; the manifest decides which of it counts.
create table model_file (
  model_id bytea not null,
  path text not null,
  sha256 bytea not null,
  size bigint not null,
  uploaded_at timestamptz not null default now(),
  primary key (model_id, path)
);

create table instance (
  instance_id bytea primary key,
  model_id bytea not null references model,
  host bytea not null,
  state text not null check (state in ('QUEUED', 'TRAINING', 'TRAINED', 'PUBLISHING', 'PUBLISHED', 'FAILED')),
  -- How far the making of it is, and what last went wrong.
  step text,
  share double precision,
  detail text,
  -- The licence acceptance, as the host signed it.
  terms_version bigint not null,
  gateway_key bytea not null,
  nonce numeric(78) not null,
  deadline bigint not null,
  licence_signature bytea not null,
  -- What a worker made.
  manifest bytea,
  manifest_hash bytea,
  fingerprint_root bytea,
  -- The instance acceptance, as the host signed it.
  acceptance_deadline bigint,
  acceptance_signature bytea,
  transaction_hash bytea,
  published_block bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (state not in ('TRAINED', 'PUBLISHING', 'PUBLISHED') or manifest is not null),
  check (state not in ('PUBLISHING') or acceptance_signature is not null)
);
create index instance_by_host on instance (host, created_at);

create table instance_file (
  instance_id bytea not null references instance,
  path text not null,
  sha256 bytea not null,
  size bigint not null,
  primary key (instance_id, path)
);

create table job (
  job_id uuid primary key,
  instance_id bytea not null unique references instance,
  state text not null check (state in ('QUEUED', 'LEASED', 'DONE', 'FAILED')),
  seed bytea not null,
  attempt int not null default 0,
  worker bytea,
  worker_name text,
  lease_token uuid,
  leased_until timestamptz,
  created_at timestamptz not null default now(),
  check (state <> 'LEASED' or (lease_token is not null and leased_until is not null and worker is not null))
);
create index job_waiting on job (created_at) where state in ('QUEUED', 'LEASED');
