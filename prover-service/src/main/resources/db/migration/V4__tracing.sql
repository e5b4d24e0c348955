-- The code by which an instance shares its keys with others of its model, sealed with the instance's data key. Instances of one code
-- have the same tag, a keyed hash.
alter table vault_instance add column sealed_code bytea;
alter table vault_instance add column code_tag bytea check (length(code_tag) = 32);
alter table vault_instance add constraint vault_instance_code check ((sealed_code is null) = (code_tag is null));
create index vault_instance_code_tag on vault_instance (code_tag) where code_tag is not null;

-- A trace is asked like an audit, of keys that all instances of a code have, and ends with other words.
alter table audit add column traces boolean not null default false;
alter table audit drop constraint audit_verdict_check;
alter table audit add constraint audit_verdict_check check (verdict in ('USES_WITH_PERMIT', 'USES_WITHOUT_PERMIT',
  'USES_WITHOUT_RECEIPT', 'DOES_NOT_USE', 'INCONCLUSIVE', 'TRACED', 'NOBODY_NAMED'));

create table trace (
  trace_id         uuid primary key references audit,   -- the audit that asks
  false_accusation double precision not null check (false_accusation > 0 and false_accusation < 1),
  asked            int,                  -- keys with an answer of any kind; null before the end
  answered         int,                  -- with one of the code's responses
  instances        int                   -- which could have been named
);

create table trace_suspect (
  trace_id    uuid not null references trace,
  instance_id bytea not null check (length(instance_id) = 32),
  agreements  int not null,
  score       int not null,              -- eighths of a nat
  probability double precision not null, -- that an innocent instance scores as high
  corrected   double precision not null, -- that any of all does, at most
  named       boolean not null,
  primary key (trace_id, instance_id)
);
