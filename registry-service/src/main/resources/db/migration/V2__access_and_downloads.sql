-- Tokens that a host gives to tools which cannot sign in with a wallet. Only their hash is here.
create table access_token (
  token_id uuid primary key,
  token_hash bytea not null unique,
  host bytea not null,
  name text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index access_token_by_host on access_token (host, created_at);

-- Who asked for which bytes of an instance: the audit log, and what the daily quota counts.
create table download (
  download_id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  host bytea not null,
  instance_id bytea not null references instance,
  path text not null,
  bytes bigint not null
);
create index download_by_host on download (host, at);
