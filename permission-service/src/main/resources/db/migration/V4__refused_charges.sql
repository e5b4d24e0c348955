-- What the PermitLedger refuses of a charge (ChargeRefused) is charged again as soon as it lets so much be charged.

alter table epoch add refusals_known boolean not null default false;

comment on column epoch.refusals_known is 'Whether everything that was refused of its charges is in epoch_refusal, from final blocks.';

create index epoch_refusals_unknown on epoch (model_id, number) where not refusals_known;

alter table epoch_charge
  add carried numeric(39) not null default 0,
  add check (carried between 0 and amount);

comment on column epoch_charge.carried is 'The part of the amount that was refused of charges of earlier epochs.';

create table epoch_refusal (
  model_id bytea  not null check (length(model_id) = 32),
  epoch    bigint not null,
  host     bytea  not null check (length(host) = 20),
  amount   numeric(39) not null check (amount > 0),
  primary key (model_id, host, epoch),
  foreign key (model_id, epoch) references epoch (model_id, number)
);

comment on table epoch_refusal is 'What the chain refused of a charge. What was refused less what was carried is still to be charged.';
