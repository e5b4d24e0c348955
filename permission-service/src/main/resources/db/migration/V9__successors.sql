-- Instances whose fingerprint keys run out, as the provers say that have them: their hosts are asked for new ones.
create table successor_wanted (
  prover      bytea not null check (length(prover) = 20),
  instance_id bytea not null check (length(instance_id) = 32),
  since       bigint not null,
  primary key (prover, instance_id)
);

comment on table successor_wanted is 'A prover replaces all of its rows at once. since is in seconds since 1970.';
