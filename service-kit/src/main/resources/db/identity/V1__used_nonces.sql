-- Nonces of answered sign-in challenges: each serves once, on whichever instance of the service.
create table used_nonce (
  nonce text primary key,
  expires_at timestamptz not null
);
create index used_nonce_by_expiry on used_nonce (expires_at);
