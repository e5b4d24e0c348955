-- The secret of the code by which a model's instances share fingerprints: drawn for the first
-- instance, and the same for all that come later. Other settings are another code.
create table tracing_code (
  model_id bytea not null,
  positions integer not null,
  symbols integer not null,
  secret bytea not null,
  created_at timestamptz not null default now(),
  primary key (model_id, positions, symbols)
);
